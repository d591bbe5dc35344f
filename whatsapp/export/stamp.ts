import { cutPlain, toPlainDigits } from './plain';

/** What a line begins with: its numbers as they stand there. In which order day, month and year are, the whole file tells. */
export interface Stamp {
  /** Brackets and separators, and the words of a language: both the same on every line of one file. */
  form: string;
  words: string;
  date: readonly [number, number, number];
  isYearFirst: boolean;
  hour: number;
  minute: number;
  /** Null where the phone does not write them. */
  second: number | null;
}

/** Longer than any stamp. */
const headLength = 80;

/** Halves of the day as phones write them, in small letters, without dots and spaces. */
const halves: Record<'am' | 'pm' | 'noon', string> = {
  am: 'am|vorm|上午|午前|오전|ص|قظ|πμ|öö|sa|de|পূর্বাহ্ণ|पूर्वाह्न|ปก|凌晨|清晨|早上|vm|fm|ap|eparadites|dop|преп|пп|முற்பகல்|පෙව',
  pm: 'pm|nachm|下午|午後|오후|م|بظ|μμ|ös|ch|du|অপরাহ্ণ|अपराह्न|ปล|晚上|傍晚|nm|em|ip|epasdites|odp|popoldne|сл|பிற்பகல்|පව',
  noon: '中午',
};
/** Where these stand, a year of two digits stands in front as well. */
const yearFirst = new Set(['오전', '오후']);
/** What stands beside a time and is no half of the day: at, o'clock. */
const harmless = new Set(['', 'klo', 'г', 'ч', 'h', 'น', 'uhr', 'à', 'v', 'um', 'в', 'о', 'ob', 'kl', 'hod']);
const halfOf = new Map(
  Object.entries(halves).flatMap(([half, words]) => words.split('|').map((word) => [word, half] as const)),
);

/**
 * One grammar for all phones: `[date, time] …` and `date, time - …`. Between its numbers stand separators, the words of a language
 * (`klo`, `г.`, `ч.`) and the half of the day before or behind the time.
 */
const shape = new RegExp(
  [
    String.raw`^(?<bracket>\[?)`,
    String.raw`(?<a>\d{1,4})(?<separator>[/.-]|\. |年|년 )(?<b>\d{1,2})(?:\k<separator>|月|월 )(?<c>\d{1,4})(?:\.|日|일)?`,
    String.raw`(?<between>[^\d[\]]{1,16}?)`,
    String.raw`(?<hour>\d{1,2}) ?[:.h] ?(?<minute>\d{2})(?: ?(?:[:.]|min) ?(?<second>\d{2})(?: ?s)?)?`,
    String.raw`(?<behind>[^\d:[\]]{0,16}?)`,
    String.raw`(?<end>\]| [-–] ) ?`,
  ].join(''),
);

const toWord = (text: string): string => text.toLowerCase().replace(/[\s.,]/g, '');

/** Whether a word beside the time may be a half of the day that nobody knows. */
export const mayBeHalf = ({ words }: Pick<Stamp, 'words'>): boolean =>
  words.split('|').some((word) => !harmless.has(word));

function toHour(hour: number, half: string | undefined): number {
  if (half === undefined || hour > 12) return hour;
  if (half === 'noon') return hour < 11 ? hour + 12 : hour;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

/** Reads the beginning of a line; null: the line goes on with what was said before it. `rest` is as the phone wrote it. */
export function readStamp(line: string): { stamp: Stamp; rest: string } | null {
  const found = shape.exec(toPlainDigits(line.slice(0, headLength)));
  const {
    bracket,
    a = '',
    separator = '',
    b = '',
    c = '',
    between = '',
    behind = '',
    end,
    ...time
  } = found?.groups ?? {};
  if (!found || (bracket === '[') !== (end === ']')) return null;
  const around = [between, behind].map(toWord);
  const half = around.map((word) => halfOf.get(word)).find((one) => one !== undefined);
  const words = around.map((word) => (halfOf.has(word) ? '' : word));
  const [hour, minute, second] = [time['hour'], time['minute'], time['second']].map(Number);
  const hasSecond = time['second'] !== undefined;
  if (hour === undefined || minute === undefined || second === undefined) return null;
  if (hour > 23 || minute > 59 || (hasSecond && second > 59)) return null;
  if (a.length === 3 || c.length === 3 || (a.length > 2 && c.length > 2)) return null;
  return {
    stamp: {
      form: [bracket, separator, hasSecond].join('|'),
      words: words.join('|'),
      date: [Number(a), Number(b), Number(c)],
      isYearFirst: a.length === 4 || around.some((word) => yearFirst.has(word)),
      hour: toHour(hour, half),
      minute,
      second: hasSecond ? second : null,
    },
    rest: cutPlain(line, found[0].length),
  };
}
