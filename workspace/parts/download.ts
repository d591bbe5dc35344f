/** Saves what is at an address of ours as a file; the page stays, and so does its stream of changes. */
export function download(address: string, name = ''): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

/** Saves what was fetched as a file. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  download(address, name);
  // The browser takes the file over in a later turn.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
