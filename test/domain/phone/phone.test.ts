import fc from 'fast-check';
import { isCountryCode, parsePhone, type CountryCode } from '../../../domain/phone';

const typed: [phone: string, country: CountryCode | null, e164: string | null][] = [
  ['+491701234567', null, '+491701234567'],
  ['0049 170 1234567', null, '+491701234567'],
  ['0049 176 12345678', null, '+4917612345678'],
  ['00 49 176 12345678', 'RU', '+4917612345678'],
  ['0055 11 98765-4321', 'BR', '+5511987654321'],
  ['0011 49 170 1234567', 'AU', '+491701234567'],
  ['011 49 170 1234567', 'US', '+491701234567'],
  ['8~10 49 170 1234567', 'RU', '+491701234567'],
  ['+49 (0)170 1234567', null, '+491701234567'],
  ['0049 (0) 170 1234567', null, '+491701234567'],
  ['+39 (0)6 12345678', null, '+390612345678'],
  ['+34 (0)911234567', null, '+34911234567'],
  ['tel:+49-170-1234567', null, '+491701234567'],
  ['tel:+491701234567;ext=12', null, '+491701234567'],
  ['+49 170 1234567 ext. 12', null, '+491701234567'],
  ['+7 912 345 67 89 доб. 5', null, '+79123456789'],
  ['+14155552671#12', null, '+14155552671'],
  ['(415) 555-2671 x12', 'US', '+14155552671'],
  ['\uff0b\uff14\uff19 \uff11\uff17\uff10 1234567', null, '+491701234567'],
  ['+\u0669\u0667\u0661\u0665\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667', null, '+971501234567'],
  ['+49\u00a0170\u202f123\u20094567', null, '+491701234567'],
  ['\u202a+49 170 1234567\u202c', null, '+491701234567'],
  ['+49\u2011170\u20131234567', null, '+491701234567'],
  ['0170 1234567', 'DE', '+491701234567'],
  ['0170/1234567', 'DE', '+491701234567'],
  ['8 912 345 67 89', 'RU', '+79123456789'],
  ['8 (701) 234-56-78', 'KZ', '+77012345678'],
  ['+7 8 912 345 67 89', null, '+79123456789'],
  ['011 15 2345-6789', 'AR', '+5491123456789'],
  ['+54 11 15 2345-6789', null, '+5491123456789'],
  ['044 55 1234 5678', 'MX', '+525512345678'],
  ['+5215512345678', null, '+5215512345678'],
  ['+558591203123', null, '+558591203123'],
  ['06 1234 5678', 'IT', '+390612345678'],
  ['16505551234', 'DE', '+16505551234'],
  ['4917612345678', 'FR', '+4917612345678'],

  ['0170 1234567', null, null],
  ['1701234567', null, null],
  ['4917612345678', null, null],
  ['15735551234', 'DE', null],
  ['+49 170 1234567, +49 171 1234567', null, null],
  ['+999 1234567', null, null],
  ['+12', null, null],
  ['+49 1701 2345 6789 0123', null, null],
  ['12', 'DE', null],
  ['', 'DE', null],
  ['Klaus Weber', 'DE', null],
  ['4639135154355@lid', null, null],
  // Digits that no country has, and an id older than a renumbering.
  ['+192233344455566', null, null],
  ['+235081112223334', null, null],
  ['+22559112233', null, '+22559112233'],
  ['+5215512345678', null, '+5215512345678'],
];

test.each(typed)('typed %j in %s is read as %s', (phone, country, e164) => {
  expect(parsePhone(phone, country)?.e164 ?? null).toBe(e164);
});

test('the country of a number is told, and is null where a calling code has none', () => {
  expect(parsePhone('+77012345678', 'RU')).toEqual({ e164: '+77012345678', country: 'KZ' });
  expect(parsePhone('+8831234567890', null)).toEqual({ e164: '+8831234567890', country: null });
});

test('only codes of real countries are country codes', () => {
  expect(isCountryCode('DE')).toBe(true);
  expect(['de', 'XX', '', 'toString'].filter(isCountryCode)).toEqual([]);
});

test('whatever is typed, the answer is a full number or null', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(null, 'DE', 'BR', 'RU', 'US', 'MX', 'AR'),
      (phone, country: CountryCode | null) => {
        const parsed = parsePhone(phone, country);
        expect(parsed === null || /^\+[1-9]\d{6,14}$/.test(parsed.e164)).toBe(true);
      },
    ),
  );
});

test('a very long text is read in no time', () => {
  const startedAtMs = performance.now();
  for (const piece of ['1', '+', '(0)', '/', '1/', 'x1', '# ', 'ext1', '1 - '])
    parsePhone(piece.repeat(200_000), 'DE');
  expect(performance.now() - startedAtMs).toBeLessThan(2_000);
});
