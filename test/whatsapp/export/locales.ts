/** How a phone of one language writes a time, and its words. Months and days are numbers, `hour` is of 24. */
export interface PhoneLocale {
  name: string;
  stamp: (time: {
    year: number;
    month: number;
    day: number;
    hour: number;
    minute: number;
    second: number;
  }) => string;
  leftOut: string;
  attached: (name: string) => string;
}

const two = (value: number): string => String(value).padStart(2, '0');
const half = (hour: number, am: string, pm: string): string => (hour < 12 ? am : pm);
const of12 = (hour: number): number => hour % 12 || 12;
const inDigits = (zero: string, text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCharCode(zero.charCodeAt(0) + Number(digit)));

const noted = (word: string) => (name: string) => `${name} (${word})`;
const tagged = (word: string) => (name: string) => `\u200e<${word}: ${name}>`;

/** Phones as they write, by language and kind. */
export const locales: PhoneLocale[] = [
  {
    name: 'Android, German',
    stamp: ({ year, month, day, hour, minute }) =>
      `${two(day)}.${two(month)}.${two(year % 100)}, ${two(hour)}:${two(minute)} - `,
    leftOut: '<Medien ausgeschlossen>',
    attached: noted('Datei angehängt'),
  },
  {
    name: 'Android, British',
    stamp: ({ year, month, day, hour, minute }) =>
      `${two(day)}/${two(month)}/${year}, ${two(hour)}:${two(minute)} - `,
    leftOut: '<Media omitted>',
    attached: noted('file attached'),
  },
  {
    name: 'Android, American with narrow spaces',
    stamp: ({ year, month, day, hour, minute }) =>
      `${month}/${day}/${two(year % 100)}, ${of12(hour)}:${two(minute)}\u202f${half(hour, 'AM', 'PM')} - `,
    leftOut: '<Media omitted>',
    attached: noted('file attached'),
  },
  {
    name: 'Android, month first in 24 hours',
    stamp: ({ year, month, day, hour, minute }) =>
      `${month}/${day}/${two(year % 100)}, ${two(hour)}:${two(minute)} - `,
    leftOut: '<Media omitted>',
    attached: noted('file attached'),
  },
  {
    name: 'Android, Indian in small letters and thin spaces',
    stamp: ({ year, month, day, hour, minute }) =>
      `${two(day)}/${two(month)}/${two(year % 100)}, ${of12(hour)}:${two(minute)}\u2009${half(hour, 'am', 'pm')} - `,
    leftOut: '<Media omitted>',
    attached: noted('file attached'),
  },
  {
    name: 'Android, Spanish',
    stamp: ({ year, month, day, hour, minute }) =>
      `${day}/${month}/${year}, ${of12(hour)}:${two(minute)}\u00a0${half(hour, 'a.\u00a0m.', 'p.\u00a0m.')} - `,
    leftOut: '<Multimedia omitido>',
    attached: noted('archivo adjunto'),
  },
  {
    name: 'Android, Brazilian',
    stamp: ({ year, month, day, hour, minute }) =>
      `${two(day)}/${two(month)}/${year} ${two(hour)}:${two(minute)} - `,
    leftOut: '<Mídia oculta>',
    attached: noted('arquivo anexado'),
  },
  {
    name: 'Android, Finnish',
    stamp: ({ year, month, day, hour, minute }) => `${day}.${month}.${year} klo ${hour}.${two(minute)} - `,
    leftOut: '<Media jätetty pois>',
    attached: noted('liite'),
  },
  {
    name: 'Android, Bulgarian',
    stamp: ({ year, month, day, hour, minute }) =>
      `${two(day)}.${two(month)}.${year} г., ${two(hour)}:${two(minute)} ч. - `,
    leftOut: '<Файлът е пропуснат>',
    attached: noted('файл добавлен'),
  },
  {
    name: 'Android, Japanese',
    stamp: ({ year, month, day, hour, minute }) =>
      `${year}/${two(month)}/${two(day)} ${two(hour)}:${two(minute)} - `,
    leftOut: '<メディアは省略されました>',
    attached: noted('添付ファイル'),
  },
  {
    name: 'Android, Korean',
    stamp: ({ year, month, day, hour, minute }) =>
      `${year}. ${month}. ${day}. ${half(hour, '오전', '오후')} ${of12(hour)}:${two(minute)} - `,
    leftOut: '<미디어 파일을 제외한 내용>',
    attached: noted('첨부된 파일'),
  },
  {
    name: 'Android, Swedish',
    stamp: ({ year, month, day, hour, minute }) =>
      `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)} - `,
    leftOut: '<Media har utelämnats>',
    attached: noted('bifogad fil'),
  },
  {
    name: 'Android, Hungarian',
    stamp: ({ year, month, day, hour, minute }) =>
      `${year}. ${two(month)}. ${two(day)}. ${two(hour)}:${two(minute)} - `,
    leftOut: '<Média kihagyva>',
    attached: noted('file attached'),
  },
  {
    name: 'Android, Arabic',
    stamp: ({ year, month, day, hour, minute }) =>
      inDigits(
        '٠',
        `\u200f${day}\u200f/${month}\u200f/${year}، ${of12(hour)}:${two(minute)} ${half(hour, 'ص', 'م')} - `,
      ),
    leftOut: '<تم استبعاد الوسائط>',
    attached: noted('الملف مرفق'),
  },
  {
    name: 'Android, Thai',
    stamp: ({ year, month, day, hour, minute }) =>
      `${day}/${month}/${year + 543} ${two(hour)}:${two(minute)} - `,
    leftOut: '<ละเว้นสื่อ>',
    attached: noted('file attached'),
  },
  {
    name: 'iPhone, German',
    stamp: ({ year, month, day, hour, minute, second }) =>
      `[${two(day)}.${two(month)}.${two(year % 100)}, ${two(hour)}:${two(minute)}:${two(second)}] `,
    leftOut: '\u200eBild weggelassen',
    attached: tagged('Anhang'),
  },
  {
    name: 'iPhone, American',
    stamp: ({ year, month, day, hour, minute, second }) =>
      `\u200e[${month}/${day}/${two(year % 100)}, ${of12(hour)}:${two(minute)}:${two(second)}\u202f${half(hour, 'AM', 'PM')}] `,
    leftOut: '\u200eimage omitted',
    attached: tagged('attached'),
  },
  {
    name: 'iPhone, Turkish without comma',
    stamp: ({ year, month, day, hour, minute, second }) =>
      `[${day}.${two(month)}.${year} ${two(hour)}:${two(minute)}:${two(second)}] `,
    leftOut: 'görüntü dahil edilmedi',
    attached: tagged('eklendi'),
  },
  {
    name: 'iPhone, Chinese',
    stamp: ({ year, month, day, hour, minute, second }) =>
      `[${year}/${month}/${day} ${half(hour, '上午', '下午')}${of12(hour)}:${two(minute)}:${two(second)}] `,
    leftOut: '\u200e图片已略去',
    attached: tagged('附件'),
  },
  {
    name: 'iPhone, French Canadian',
    stamp: ({ year, month, day, hour, minute, second }) =>
      `[${year}-${two(month)}-${two(day)} ${two(hour)}\u00a0h\u00a0${two(minute)}\u00a0min\u00a0${two(second)}\u00a0s] `,
    leftOut: '\u200eimage omise',
    attached: tagged('pièce jointe'),
  },
];
