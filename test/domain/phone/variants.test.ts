import fc from 'fast-check';
import type { ContactDirectory } from '../../../linking/contact-directory';
import { lookUpNumbers } from '../../../linking/look-up';
import type { ContactCard } from '../../../domain/contact-match';
import {
  listOtherForms,
  listOddNumbers,
  listQueryVariants,
  listReadings,
  maxQueryValues,
  type CountryCode,
} from '../../../domain/phone';
import { toPhoneMatchCode as normalise } from '../../../sandbox/data/phone-match-code';

const hits: [e164: string, stored: string, country: CountryCode | null][] = [
  ['+79991234567', '+7 (999) 123-45-67', null],
  ['+79991234567', '89991234567', null],
  ['+79991234567', '79991234567', null],
  ['+79991234567', '+79991234567#12', null],
  ['+79991234567', '999 123-45-67', 'RU'],
  ['+14155552671', '14155552671', null],
  ['+14155552671', '0014155552671', null],
  ['+14155552671', '01114155552671', null],
  ['+14155552671', '(415) 555-2671', 'US'],
  ['+447911123456', '07911 123456', 'GB'],
  ['+491701234567', '0049 170 1234567', null],
  ['+491701234567', '0170 1234567', 'DE'],
  ['+4930123456', '030 123456', 'DE'],
  ['+8613812345678', '+8613812345678', null],
  ['+8613812345678', '8613812345678', null],
  ['+85291234567', '85291234567', null],
  ['+84912345678', '84912345678', null],
  ['+84912345678', '0912 345 678', 'VN'],
  ['+8801712345678', '8801712345678', null],
  ['+8801712345678', '01712-345678', 'BD'],
  ['+819012345678', '819012345678', null],
  ['+821012345678', '821012345678', null],
  ['+918312345678', '83123 45678', 'IN'],
  ['+918312345678', '083123 45678', 'IN'],
  ['+558591203123', '+55 85 99120-3123', null],
  ['+5585991203123', '558591203123', null],
  ['+5585991203123', '(85) 9120-3123', 'BR'],
  ['+5511987654321', '011 98765-4321', 'BR'],
  ['+5511987654321', '11 98765-4321', 'BR'],
  ['+5215512345678', '+52 55 1234 5678', null],
  ['+5215512345678', '55 1234 5678', 'MX'],
  ['+5491123456789', '+54 11 2345-6789', null],
  ['+5491123456789', '011 15 2345-6789', 'AR'],
  ['+36201234567', '06 20 123 4567', 'HU'],
  ['+390612345678', '06 1234 5678', 'IT'],
  // The trunk prefix left in behind the calling code.
  ['+4917612345678', '+49 (0)176 12345678', null],
  ['+4917612345678', '0049 (0)176 12345678', null],
  ['+447911123456', '+44 (0) 7911 123456', 'US'],
  ['+5491123456789', '+54 11 15 2345-6789', null],
  ['+5491123456789', '+54 011 15 2345-6789', null],
  ['+5491123456789', '11 15 2345-6789', 'AR'],
  ['+5493511234567', '+54 351 15 123-4567', null],
  ['+5493511234567', '0351 15-123-4567', 'AR'],
  ['+5492920123456', '+54 2920 15 12-3456', null],
  ['+5492920123456', '02920 15-12-3456', 'AR'],
  ['+79123456789', '+7 8 912 345 67 89', null],
  ['+79123456789', '+8 912 345 67 89', 'RU'],
  ['+36201234567', '+36 06 20 123 4567', null],
  // As another country dials it.
  ['+491701234567', '8~10 49 170 1234567', 'RU'],
  ['+491701234567', '0011 49 170 1234567', 'AU'],
  ['+491701234567', '010 49 170 1234567', 'JP'],
  ['+491701234567', '011 49 170 1234567', 'US'],
  // Mexico's old prefixes.
  ['+525512345678', '044 55 1234 5678', 'MX'],
  ['+5215512345678', '045 55 1234 5678', 'MX'],
  ['+525512345678', '01 55 1234 5678', 'MX'],
  // An eight without its plus.
  ['+79991234567', '8 999 123-45-67', 'RU'],
  ['+77012345678', '8 (701) 234-56-78', 'KZ'],
];

test.each(hits)('a query for %s finds a card with %s (portal in %s)', (e164, stored, country) => {
  expect(listQueryVariants(e164, country).map(normalise)).toContain(normalise(stored));
});

test('the number with its plus is asked for first', () => {
  for (const [e164, , country] of hits) expect(listQueryVariants(e164, country)[0]).toBe(e164);
});

test('only what Bitrix24 keeps apart is asked for', () => {
  expect(listQueryVariants('+491701234567')).toEqual(['+491701234567', '+49(0)1701234567']);
  expect(listQueryVariants('+491701234567', 'FR')).toEqual(['+491701234567', '+49(0)1701234567']);
  expect(listQueryVariants('+491701234567', 'DE')).toEqual([
    '+491701234567',
    '+49(0)1701234567',
    '1701234567',
  ]);
  expect(listQueryVariants('+8613812345678')).toEqual([
    '+8613812345678',
    '8613812345678',
    '+86(0)13812345678',
  ]);
  expect(listQueryVariants('+819012345678')).toEqual(['+819012345678', '+81(0)9012345678']);
});

const callingCodes = [
  '49',
  '7',
  '1',
  '55',
  '52',
  '521',
  '54',
  '549',
  '84',
  '86',
  '852',
  '880',
  '39',
  '225',
] as const;
const anyNumber = fc.oneof(
  fc
    .constantFrom(...callingCodes)
    .chain((code) => fc.stringMatching(/^[1-9]\d{7,9}$/).map((national) => `+${code}${national}`)),
  fc.stringMatching(/^[1-9]\d{6,14}$/).map((digits) => `+${digits}`),
);
const portalCountries: (CountryCode | null)[] = [
  ...([null, 'DE', 'RU', 'KZ', 'US', 'BR', 'MX', 'AR', 'VN'] as const),
  ...(['CN', 'HK', 'BD', 'IN', 'IT', 'JP', 'AU', 'HU'] as const),
];
const anyCountry = fc.constantFrom(...portalCountries);
const formsOf = (e164: string) => [e164, ...listOtherForms(e164).map((other) => other.e164)];

test('whatever is asked for could stand on a card of this very number, and nothing is asked for twice', () => {
  fc.assert(
    fc.property(anyNumber, anyCountry, (e164, country) => {
      const asked = listQueryVariants(e164, country);
      expect(asked[0]).toBe(e164);
      expect(asked.length).toBeLessThanOrEqual(maxQueryValues);
      expect(new Set(asked.map(normalise)).size).toBe(asked.length);
      for (const value of asked.filter((one) => !formsOf(e164).includes(one))) {
        const read = listReadings(value, country).map((reading) => reading.e164);
        expect(formsOf(e164).some((form) => read.includes(form))).toBe(true);
      }
    }),
    { numRuns: 400 },
  );
});

/** A CRM with Bitrix24's own index and ours beside it. */
function createCrm(cards: readonly ContactCard[], country: CountryCode | null): ContactDirectory {
  const odd = cards.flatMap(({ crmContactId, phones }) =>
    phones.flatMap((value) => listOddNumbers(value, country)).map(({ e164 }) => ({ crmContactId, e164 })),
  );
  const has = (card: ContactCard, code: string) => card.phones.some((value) => normalise(value) === code);
  return {
    findByPhone: (values) =>
      Promise.resolve(
        cards
          .filter((card) => values.slice(0, 20).some((value) => has(card, normalise(value))))
          .map(({ crmContactId }) => crmContactId),
      ),
    readCards: (ids) =>
      Promise.resolve({
        cards: cards.filter(({ crmContactId }) => ids.includes(crmContactId)),
        unreadable: [],
      }),
    listOdd: (e164s) => Promise.resolve(odd.filter(({ e164 }) => e164s.includes(e164))),
  };
}

const ownersOf = async (e164: string, cards: readonly ContactCard[], country: CountryCode | null) => {
  const [looked] = await lookUpNumbers(createCrm(cards, country), [e164], country);
  if (!looked || 'error' in looked) throw new Error('no verdict');
  const { verdict } = looked;
  return verdict.kind === 'matched' ? [verdict.candidate.crmContactId] : verdict.kind;
};

const spaces = fc.constantFrom('', ' ', '-', '\u00a0', '.', '\u2011');
const tail = fc.constantFrom(
  '',
  ' ext. 12',
  '#12',
  ';5',
  ', +4930123456',
  ' / 030 1234567',
  ' (mobile)',
  ' x7',
);
const toFullWidth = (text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

test('whoever is written down in whatever way is found, by their index or by ours', async () => {
  const prefix = fc.constantFrom('+', '00', 'tel:+');
  const gaps = fc.array(spaces, { minLength: 16, maxLength: 16 });
  await fc.assert(
    fc.asyncProperty(anyNumber, anyCountry, prefix, gaps, tail, fc.boolean(), async (...given) => {
      const [e164, country, start, between, end, isWide] = given;
      const digits = [...e164.slice(1)].map((digit, at) => digit + (between[at] ?? '')).join('');
      const value = start + (isWide ? toFullWidth(digits) : digits) + end;
      const readings = listReadings(value, country).filter((reading) => reading.isCertain);
      fc.pre(readings.some((reading) => reading.e164 === e164));
      const card = { crmContactId: 7, name: '', phones: [value] };
      expect(await ownersOf(e164, [card], country)).toEqual([7]);
    }),
    { numRuns: 400 },
  );
});

test('the spacing of cards and their order change no outcome of a look-up', async () => {
  const value = fc.tuple(fc.constantFrom('', '+', '00', '8', '0', '+8'), fc.nat(4), tail);
  const shape = fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 4 });
  const gaps = fc.array(spaces, { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(anyNumber, shape, gaps, anyCountry, async (e164, shapes, between, country) => {
      const write = (isSpaced: boolean) =>
        shapes.map((phones, index) => ({
          ...{ crmContactId: index + 1, name: '' },
          phones: phones.map(([start, cut, end]) => {
            const digits = [...e164.slice(1 + cut)];
            return (
              start + digits.map((digit, at) => digit + (isSpaced ? (between[at] ?? '') : '')).join('') + end
            );
          }),
        }));
      const shuffled = write(true)
        .reverse()
        .map((card) => ({ ...card, phones: card.phones.toReversed() }));
      expect(await ownersOf(e164, shuffled, country)).toEqual(await ownersOf(e164, write(false), country));
    }),
    { numRuns: 300 },
  );
});

const asian: [callingCode: string, national: RegExp][] = [
  ['86', /^1[3-9]\d{9}$/],
  ['84', /^[3579]\d{8}$/],
  ['852', /^[569]\d{7}$/],
  ['880', /^1[3-9]\d{8}$/],
];

test('a Chinese, Vietnamese, Hong Kong or Bangladeshi number finds its contact and never the Russian of its digits', async () => {
  const number = fc
    .constantFrom(...asian)
    .chain(([code, national]) => fc.stringMatching(national).map((digits) => `+${code}${digits}`));
  await fc.assert(
    fc.asyncProperty(number, fc.boolean(), anyCountry, async (e164, hasPlus, country) => {
      const russian = `+7${e164.slice(2)}`;
      const theirs = { crmContactId: 1, name: '', phones: [russian, russian.slice(1)] };
      const own = { crmContactId: 2, name: '', phones: [hasPlus ? e164 : e164.slice(1)] };
      // Eleven digits that begin with 8 are a Russian's in Russia: there, and only there, nobody is named.
      const isRussias = (country === 'RU' || country === 'KZ') && !hasPlus && e164.length === 12;
      // Without a plus the digits must speak for themselves: in Germany they may be a German number.
      const isCertain = (one: { e164: string; isCertain: boolean }) => one.isCertain && one.e164 === e164;
      const isReal = hasPlus || listReadings(e164.slice(1), country).some(isCertain);
      const verdict = await ownersOf(e164, [theirs, own], country);
      if (!isRussias && isReal) expect(verdict).toEqual([2]);
      expect(verdict).not.toEqual([1]);
      if (e164.length === 12)
        expect(await ownersOf(russian, [{ ...own, phones: [e164] }], country)).toBe('unmatched');
    }),
    { numRuns: 400, examples: [['+84710000000', true, 'RU']] },
  );
});

test('no two countries are confused by a look-up', async () => {
  const codeOf = (e164: string) =>
    ['852', '880', '225', '49', '55', '52', '54', '84', '86', '39', '7', '1'].find((code) =>
      e164.startsWith(`+${code}`),
    );
  await fc.assert(
    fc.asyncProperty(anyNumber, anyNumber, anyCountry, async (e164, stored, country) => {
      fc.pre(codeOf(e164) !== undefined && codeOf(stored) !== undefined && codeOf(e164) !== codeOf(stored));
      const cards = [stored, stored.replace('+', '00'), `${stored} ext. 5`].map((value, index) => ({
        ...{ crmContactId: index + 1, name: '', phones: [value] },
      }));
      expect(await ownersOf(e164, cards, country)).toBe('unmatched');
    }),
    { numRuns: 400 },
  );
});
