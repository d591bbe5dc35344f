/** Saves what is at an address of ours as a file; the page stays, and so does its stream of changes. */
export function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
