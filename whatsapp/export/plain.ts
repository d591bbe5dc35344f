/** Marks that say in which direction text runs, and the one at the beginning of a file: nobody sees them. */
const mark = /[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]/;
const marks = new RegExp(mark, 'g');
/** No-break, thin and narrow spaces, and the wide one of Japanese. */
const spaces = /[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]/g;
/** The zeros of the scripts whose phones write dates in their own digits. */
const zeros = [...'٠۰०০੦૦୦௦౦೦൦๐໐၀០߀'];
const digits = new Map(
  zeros.flatMap((zero) =>
    Array.from({ length: 10 }, (_, value) => [
      String.fromCharCode(zero.charCodeAt(0) + value),
      String(value),
    ]),
  ),
);
const foreignDigits = new RegExp(`[${[...digits.keys()].join('')}]`, 'g');

export const withoutMarks = (text: string): string => text.replace(marks, '');

/** Text as people see it: without marks, and with one kind of space. */
export const toPlain = (text: string): string => withoutMarks(text).replace(spaces, ' ');

/** The same with ASCII digits and commas, as long as `toPlain` makes it. */
export const toPlainDigits = (text: string): string =>
  toPlain(text)
    .replace(foreignDigits, (digit) => digits.get(digit) ?? digit)
    .replace(/[،，]/g, ',');

/** What stands behind the first `length` characters of the plain text; marks between them are cut away with them. */
export function cutPlain(text: string, length: number): string {
  let at = 0;
  for (let seen = 0; seen < length && at < text.length; at += 1) if (!mark.test(text[at] ?? '')) seen += 1;
  return text.slice(at);
}
