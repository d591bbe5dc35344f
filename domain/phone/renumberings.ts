import type { FormRule } from './form-rule';

/** Numbers that a country changed. `before` and `after` have one group: the digits that stayed. */
interface Renumbering {
  /** The country, with the day of the change and who ordered it. */
  source: string;
  before: RegExp;
  after: RegExp;
  toBefore: string;
  toAfter: string;
}

/** The same digits behind another beginning; `stayed` is a pattern for them. */
const change = (source: string, before: string, after: string, stayed: string): Renumbering => ({
  source,
  before: new RegExp(`^${before}(${stayed})$`),
  after: new RegExp(`^${after}(${stayed})$`),
  toBefore: `${before}$1`,
  toAfter: `${after}$1`,
});

const ivoryCoast = 'Ivory Coast, ARTCI, 31 January 2021';
const cameroon = 'Cameroon, ART, 21 November 2014';
const gabon = 'Gabon, ARCEP, 29 June 2019';
const kosovo = 'Kosovo, ARKEP, own calling code 383 since 15 December 2016';
const vietnam = 'Vietnam, Ministry of Information and Communications, 15 September 2018';

/** Vietnam's eleven-digit mobiles got ten: the old code and the new one. */
const vietnamese: [before: string, after: string][] = [
  ...['2', '3', '4', '5', '6', '7', '8', '9'].map((last): [string, string] => [`16${last}`, `3${last}`]),
  ...([
    ['120', '70'],
    ['121', '79'],
    ['122', '77'],
    ['126', '76'],
    ['128', '78'],
  ] satisfies [string, string][]),
  ...([
    ['123', '83'],
    ['124', '84'],
    ['125', '85'],
    ['127', '81'],
    ['129', '82'],
  ] satisfies [string, string][]),
  ...([
    ['186', '56'],
    ['188', '58'],
    ['199', '59'],
  ] satisfies [string, string][]),
];

const table: Renumbering[] = [
  // By the operator, whom the second digit named.
  change(ivoryCoast, '225', '22507', '[04-9][7-9]\\d{6}'),
  change(ivoryCoast, '225', '22505', '[04-9][4-6]\\d{6}'),
  change(ivoryCoast, '225', '22501', '[04-9][0-3]\\d{6}'),
  change(cameroon, '237', '2376', '[5-9]\\d{7}'),
  change(cameroon, '237', '2372', '[23]\\d{7}'),
  change('Benin, ARCEP, 30 November 2024', '229', '22901', '\\d{8}'),
  change('Mauritius, ICTA, 1 September 2013', '230', '2305', '(?:[79]\\d|25|4[29])\\d{5}'),
  // Written with and without a zero before the change.
  change(gabon, '2410', '2416', '[256]\\d{6}'),
  change(gabon, '241', '2416', '[256]\\d{6}'),
  change(gabon, '2410', '2417', '[47]\\d{6}'),
  change(gabon, '241', '2417', '[47]\\d{6}'),
  change(kosovo, '377', '383', '4[45]\\d{6}'),
  change(kosovo, '386', '383', '4[39]\\d{6}'),
  ...vietnamese.map(([before, after]) => change(vietnam, `84${before}`, `84${after}`, '\\d{7}')),
];

/**
 * WhatsApp may keep the id that somebody had before, and a card either number. Who has it now may be somebody else: a person
 * decides, so that a change is a candidate, never a link by itself.
 */
export const renumberings: FormRule[] = table.map(({ source, before, after, toBefore, toAfter }) => ({
  ...{ rule: `renumbered: ${source}` as const, confidence: 0.4, isAutomatic: false },
  ...{ long: after, short: before, toShort: toBefore, toLong: toAfter },
}));
