const zeroWidthSpace = '\u200B';
/** Line breaks of every kind, so that foreign text cannot begin a line of ours. */
const lineBreak = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u;
/** Direction overrides and control characters: they can make a line read as another one. */
const unseen = /[\u0000-\u0008\u000E-\u001F\u007F\u202A-\u202E\u2066-\u2069]/gu;

/** Foreign text goes through here: no BB code, no direction override. Line breaks stay; see `toLines`. */
export const neutralise = (text: string): string =>
  text.replace(unseen, '').replaceAll('[', `[${zeroWidthSpace}`);

/** A text as the lines of one message: the second and later ones carry a bar, so that they never look like a message. */
export const toLines = (text: string): string => neutralise(text).split(lineBreak).join('\n│ ');

const maxNameCharacters = 60;

/** A speaker's name on one line, without what would end it early. */
export function toSpeaker(name: string): string {
  const line = neutralise(name).split(lineBreak).join(' ').replaceAll(':', '∶').trim();
  return [...line].slice(0, maxNameCharacters).join('');
}

/** A text longer than this many characters is told in parts. Four bytes each at most: 12 KB of a comment's 20. */
const maxPartCharacters = 3_000;

/** In how many parts a text is told; one for an empty text. */
export const countParts = (text: string): number =>
  Math.max(1, Math.ceil([...text].length / maxPartCharacters));

/** The nth part of a text, counted from 1. Never cuts a character in two. */
export const partOf = (text: string, part: number): string =>
  countParts(text) === 1
    ? text
    : [...text].slice((part - 1) * maxPartCharacters, part * maxPartCharacters).join('');

const maxQuoteCharacters = 80;

/** A text in brief, on one line. */
export function quote(text: string): string {
  const line = neutralise(text)
    .replace(/[\s\u0085]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= maxQuoteCharacters
    ? line
    : `${characters.slice(0, maxQuoteCharacters).join('')}…`;
}
