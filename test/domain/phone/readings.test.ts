import fc from 'fast-check';
import { listReadings, type CountryCode } from '../../../domain/phone';

type Row = [cardValue: string, country: CountryCode | null, certain: string[], doubtful?: string[]];

const rows: Row[] = [
  ['+49 (170) 1234567', null, ['+491701234567']],
  ['+4917612345678, +4930123456', null, ['+4917612345678', '+4930123456']],
  ['+4917612345678; +4930123456', null, ['+4917612345678', '+4930123456']],
  ['+4917612345678 | 0049 30 123456', null, ['+4917612345678', '+4930123456']],
  ['+4917612345678\n030 123456', 'DE', ['+4917612345678', '+4930123456']],
  ['+49 176 12345678 / +49 30 123456', null, ['+4917612345678', '+4930123456']],
  ['+4917612345678 +4930123456', null, ['+4917612345678', '+4930123456']],
  ['Mobil: 0176 12345678, Büro: 030/123456', 'DE', ['+4917612345678', '+4930123456']],
  ['+49 30 123456-0/-12', null, ['+49301234560']],
  ['https://wa.me/4917612345678', null, ['+4917612345678']],
  ['0176 12345678', 'DE', ['+4917612345678']],
  ['0176 12345678', null, []],
  ['176 12345678', null, [], ['+17612345678']],
  ['11 98765-4321', null, [], ['+11987654321']],
  ['(415) 555-2671', 'US', ['+14155552671']],
  ['(415) 555-2671', null, []],
  ['(416) 555-0123', 'US', ['+14165550123']],
  ['1 (415) 555-2671', 'US', ['+14155552671']],
  ['4512345678', 'DK', ['+4512345678']],
  ['8 912 345 67 89', 'RU', ['+79123456789']],
  ['+8 912 345 67 89', 'RU', ['+79123456789']],
  ['+8 912 345 67 89', null, []],
  ['8 912 345 67 89', null, []],
  ['9123456789', 'RU', ['+79123456789']],
  ['8613812345678', 'RU', ['+8613812345678'], []],
  ['85291234567', 'RU', ['+85291234567'], ['+75291234567']],
  ['5215512345678', 'MX', ['+5215512345678']],
  ['5215512345678', null, ['+5215512345678']],
  ['1 55 1234 5678', 'MX', [], ['+15512345678', '+525512345678']],
  ['044 55 1234 5678', 'MX', ['+525512345678']],
  ['558591203123', 'BR', ['+558591203123']],
  ['(85) 9120-3123', 'BR', ['+558591203123']],
  ['31 98765-4321', 'BR', ['+5531987654321'], ['+31987654321']],
  ['011 15 2345-6789', 'AR', ['+5491123456789']],
  ['16505551234', 'DE', ['+16505551234'], ['+4916505551234']],
  ['131 2555 1234', 'CN', ['+8613125551234'], ['+13125551234']],
  ['15735551234', 'DE', [], ['+15735551234', '+4915735551234']],
  ['84912345678', 'RU', ['+74912345678'], ['+84912345678']],
  ['84912345678', 'VN', ['+84912345678']],
  ['84912345678', null, ['+84912345678']],
  ['a note of 2024-05-13', null, []],
  // The portal's own calling code without its plus: the rival reading is a number with a lost zero.
  ['49 170 1234567', 'DE', ['+491701234567'], ['+49491701234567']],
  ['4917612345678', 'DE', ['+4917612345678'], ['+494917612345678']],
  ['4915123456789', 'DE', ['+4915123456789'], ['+494915123456789']],
  // A plus before a national number.
  ['+5105550123', 'US', [], ['+15105550123', '+5105550123']],
  ['+3475550123', 'US', [], ['+13475550123', '+3475550123']],
  ['+2105550123', 'US', [], ['+12105550123']],
  ['+22559112233', 'US', ['+22559112233']],
  ['+22559112233', 'DE', ['+22559112233']],
];

test.each(rows)('the card value %j in %s', (cardValue, country, certain, doubtful = []) => {
  const readings = listReadings(cardValue, country);
  const pick = (isCertain: boolean) =>
    readings.filter((reading) => reading.isCertain === isCertain).map(({ e164 }) => e164);
  expect(pick(true)).toEqual(certain);
  expect(pick(false).sort()).toEqual(doubtful.toSorted());
});

test('each reading says by which rule it was read', () => {
  const ruleOf = (value: string, country: CountryCode | null) => listReadings(value, country)[0]?.rule;
  expect(ruleOf('+49 170 1234567', null)).toBe('exact number');
  expect(ruleOf('0049 170 1234567', null)).toBe('international prefix');
  expect(ruleOf('491701234567', null)).toBe('number without plus');
  expect(ruleOf('0170 1234567', 'DE')).toBe('national number in DE');
});

const spaces = fc.constantFrom('', ' ', '\u00a0', '-', '.', ' - ', '\u2009', '\u200e', '\u2011');

test('spacing never changes the readings', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rows.map(([value]) => value.replace(/[^+\d]/g, '')).filter((value) => value !== '')),
      fc.array(spaces, { minLength: 40, maxLength: 40 }),
      fc.constantFrom(null, 'DE', 'BR', 'RU', 'US', 'CN'),
      (value, gaps, country: CountryCode | null) => {
        const spaced = [...value].map((sign, index) => sign + (gaps[index] ?? '')).join('');
        expect(listReadings(spaced, country)).toEqual(listReadings(value, country));
      },
    ),
  );
});

test('one written number is never certain in two ways', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^\+?\d{6,16}$/),
      fc.constantFrom(null, 'DE', 'BR', 'RU', 'US', 'CN', 'MX', 'AR', 'IN', 'IT'),
      (value, country: CountryCode | null) => {
        expect(listReadings(value, country).filter(({ isCertain }) => isCertain).length).toBeLessThan(2);
      },
    ),
    { numRuns: 1_000 },
  );
});
