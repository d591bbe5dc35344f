import { listQueryVariants, type CountryCode } from '../../domain/phone';

/** How Bitrix24 makes the digits it compares: stored values and queries alike. */
function normalise(value: string): string {
  const guarded = value.length >= 10 && value.startsWith('+8') ? `00${value.slice(1)}` : value;
  const kept = guarded.replace(/[^0-9#*,;]/g, '');
  return trimPrefix(kept).replace(/[;#,].*$/, '');
}

function trimPrefix(digits: string): string {
  if (digits.length < 10 || /^8[012]/.test(digits)) return digits;
  if (digits.startsWith('00')) return digits.slice(2);
  if (digits.startsWith('011')) return digits.slice(3);
  if (digits.startsWith('8')) return `7${digits.slice(1)}`;
  return digits.startsWith('0') ? digits.slice(1) : digits;
}

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
];

test.each(hits)('a query for %s finds a card with %s (portal in %s)', (e164, stored, country) => {
  expect(listQueryVariants(e164, country).map(normalise)).toContain(normalise(stored));
});

test('the number with its plus is asked for first', () => {
  for (const [e164, , country] of hits) expect(listQueryVariants(e164, country)[0]).toBe(e164);
});

test('most numbers cost one request, and none more than seven', () => {
  expect(listQueryVariants('+491701234567')).toEqual(['+491701234567']);
  expect(listQueryVariants('+491701234567', 'FR')).toEqual(['+491701234567']);
  expect(listQueryVariants('+491701234567', 'DE')).toEqual(['+491701234567', '1701234567']);
  expect(listQueryVariants('+8613812345678')).toEqual(['+8613812345678', '8613812345678']);
  expect(listQueryVariants('+819012345678')).toEqual(['+819012345678']);
  expect(listQueryVariants('+5215512345678')).toEqual(['+5215512345678', '+525512345678']);
  for (const [e164, , country] of hits) expect(listQueryVariants(e164, country).length).toBeLessThan(8);
});
