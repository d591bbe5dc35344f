/** One number as somebody wrote it: its digits alone, and whether a plus stood before them. */
export interface WrittenNumber {
  digits: string;
  hasPlus: boolean;
  /** The digits without a zero in brackets, as in `+49 (0)170 …`; null where there is none. */
  digitsWithoutZero: string | null;
}

/** A phone field holds a few numbers at most; what is longer is a note, and reading it costs time. */
const maxTextLength = 1_000;
/** Below this a piece is an extension, an area code or a page number. */
const minDigits = 6;
const minDigitsBesideSlash = 7;

const extensionWords =
  'extension|extn|ext|x|добавочный|доб|внутр|вн|anexo|interno|int|ramal|poste|durchwahl|dw|anknytning';
/** The digits of an extension end the number: more digits after them mean that it was a number of its own. */
const extension = new RegExp(
  `(?:(?<!\\p{L})(?:${extensionWords})(?!\\p{L})|#)[\\s.:=]*\\d{1,7}(?![\\s\\-./()]*\\d)`,
  'giu',
);
/** `4.479E+11`: a spreadsheet has lost the digits. */
const roundedNumber = /\d[.,]\d+e\+?\d{1,3}(?!\d)/gi;
/** `6281234567890.0`: a spreadsheet took the digits for an amount. */
const amountEnding = /^(\s*\+?\d{7,})\.0{1,2}(?=\s*$)/;
const separators = /[,;|\n\r\u2028\u2029،、]|\p{L}+|(?=\+)/u;
const bracketedZero = /\(\s*0\s*\)/;

const isDigit = (codePoint: number): boolean => /^\p{Nd}$/u.test(String.fromCodePoint(codePoint));

/** Unicode keeps every script's ten digits in one run, so a digit's value is its distance from the run's start. */
function toAsciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && isDigit(codePoint - value - 1)) value += 1;
  return String(value);
}

function toPlainText(text: string): string {
  return text
    .slice(0, maxTextLength)
    .normalize('NFKC')
    .replace(/[^\P{Nd}0-9]/gu, toAsciiDigit)
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/[\p{Zs}\t]/gu, ' ');
}

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** `0170/1234567` is one number with its area code, `030 1234567 / 0170 1234567` are two. */
function splitAtSlashes(piece: string): string[] {
  const parts = piece.split('/').filter((part) => digitsOf(part) !== '');
  if (parts.length < 2) return [piece];
  if (parts.every((part) => digitsOf(part).length >= minDigitsBesideSlash)) return parts;
  const [last = '', ...before] = parts.toReversed();
  const head = before.toReversed().join(' ');
  const isOtherEnding = digitsOf(last).length <= 3 && digitsOf(head).length >= 9;
  return [isOtherEnding ? head : parts.join(' ')];
}

function toWrittenNumber(piece: string): WrittenNumber {
  return {
    digits: digitsOf(piece),
    hasPlus: /^[^\d]*\+/.test(piece),
    digitsWithoutZero: bracketedZero.test(piece) ? digitsOf(piece.replace(bracketedZero, '')) : null,
  };
}

/**
 * The numbers written in a phone field or typed by a person: several are parted by `,` `;` `|` `/`, line ends or words;
 * digits of every script are read, extensions are cut, and every kind of space, dash and invisible mark is passed over.
 */
export function listNumbersInText(text: string): WrittenNumber[] {
  return toPlainText(text)
    .replace(roundedNumber, ',')
    .replace(extension, ',')
    .split(separators)
    .map((piece) => piece.replace(amountEnding, '$1'))
    .flatMap(splitAtSlashes)
    .map(toWrittenNumber)
    .filter(({ digits }) => digits.length >= minDigits);
}
