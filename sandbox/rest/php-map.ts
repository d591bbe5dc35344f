/** Encodes a map as PHP does: an empty one, and one whose keys are 0, 1, 2 …, become arrays. */
export function toPhpMap(entries: readonly (readonly [string, unknown])[]): unknown {
  const isList = entries.every(([key], index) => key === String(index));
  if (isList) return entries.map(([, value]) => value);
  return Object.fromEntries(entries);
}
