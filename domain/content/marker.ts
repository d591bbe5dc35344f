/** How many characters of a marker name one item. */
export const printLength = 6;
const form = new RegExp(`^contact-link#([0-9a-f]{24})((?:[\\w-]{${printLength}})*)$`);

/** The last line of a comment of ours: a seal that nobody else can make, then a print of each item that it tells. */
export const toMarker = (seal: string, prints: readonly string[]): string =>
  `contact-link#${seal}${prints.join('')}`;

/** What a marker says; markers of before have no prints. Null: it is none. */
export function parseMarker(line: string): { seal: string; prints: string[] } | null {
  const [, seal, prints = ''] = form.exec(line) ?? [];
  if (seal === undefined) return null;
  const count = prints.length / printLength;
  return {
    seal,
    prints: Array.from({ length: count }, (_, at) => prints.slice(at * printLength, (at + 1) * printLength)),
  };
}

/** The last line of a comment: only there does a marker count. */
export const lastLineOf = (comment: string): string =>
  comment
    .trimEnd()
    .split(/\r\n|\n|\r/u)
    .at(-1)
    ?.trim() ?? '';
