import fc from 'fast-check';
import { toPhoneMatchCode } from '../../sandbox/data/phone-match-code';

test.each([
  ['+7 (999) 123-45-67', '79991234567'],
  ['89991234567', '79991234567'],
  ['79991234567', '79991234567'],
  ['+79991234567#12', '79991234567'],
  ['+79991234567;12', '79991234567'],
  ['+14155552671', '14155552671'],
  ['14155552671', '14155552671'],
  ['0014155552671', '14155552671'],
  ['01114155552671', '14155552671'],
  ['(415) 555-2671', '4155552671'],
  ['+447911123456', '447911123456'],
  ['07911 123456', '7911123456'],
  ['+8613812345678', '8613812345678'],
  ['8613812345678', '7613812345678'],
  ['+85291234567', '85291234567'],
  ['85291234567', '75291234567'],
  ['+84912345678', '84912345678'],
  ['84912345678', '74912345678'],
  ['+819012345678', '819012345678'],
  ['819012345678', '819012345678'],
  ['+821012345678', '821012345678'],
  ['821012345678', '821012345678'],
  ['0800', '0800'],
])('%s is indexed as %s', (phone, code) => {
  expect(toPhoneMatchCode(phone)).toBe(code);
});

test('signs between the digits make no difference to an international number', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{9,13}$/);
  fc.assert(
    fc.property(digits, fc.constantFrom(' ', '-', '.', ' (', ') '), fc.nat(9), (number, sign, at) => {
      const written = `+${number.slice(0, at + 1)}${sign}${number.slice(at + 1)}`;
      expect(toPhoneMatchCode(written)).toBe(toPhoneMatchCode(`+${number}`));
      expect(toPhoneMatchCode(`+${number}`)).toBe(number);
    }),
  );
});
