import fc from 'fast-check';
import { listOtherForms } from '../../../domain/phone';

const pairs: [one: string, other: string, isAutomatic: boolean][] = [
  ['+558591203123', '+5585991203123', true],
  ['+551198765432', '+5511998765432', true],
  ['+525512345678', '+5215512345678', true],
  ['+541112345678', '+5491112345678', false],
  ['+543511234567', '+5493511234567', false],
  ['+542920123456', '+5492920123456', false],
  // Ids older than a renumbering.
  ['+22559112233', '+2250759112233', false],
  ['+22544112233', '+2250544112233', false],
  ['+22501112233', '+2250101112233', false],
  ['+23777012345', '+237677012345', false],
  ['+23722212345', '+237222212345', false],
  ['+22997123456', '+2290197123456', false],
  ['+2307123456', '+23057123456', false],
  ['+37744123456', '+38344123456', false],
  ['+38649123456', '+38349123456', false],
  ['+841201234567', '+84701234567', false],
  ['+841691234567', '+84391234567', false],
];

test.each(pairs)('%s and %s name each other', (one, other, isAutomatic) => {
  expect(listOtherForms(one)).toMatchObject([{ e164: other, isAutomatic }]);
  expect(listOtherForms(other)).toMatchObject([{ e164: one, isAutomatic }]);
});

test.each([
  '+558540423147', // Brazilian landlines
  '+551151923057',
  '+5511951923057', // a newer mobile, which never had eight digits
  '+558000464636',
  '+52551234567',
  '+521551234567',
  '+54111512345678',
  '+548001234567',
  '+491701234567',
  '+79123456789',
  '+14155552671',
])('%s has no other form', (e164) => {
  expect(listOtherForms(e164)).toEqual([]);
});

test('other forms are mutual and stay in their country', () => {
  const digits = fc.tuple(fc.constantFrom('55', '52', '521', '54', '549'), fc.stringMatching(/^\d{8,11}$/));
  fc.assert(
    fc.property(digits, ([prefix, rest]) => {
      const e164 = `+${prefix}${rest}`;
      for (const other of listOtherForms(e164)) {
        expect(other.e164.slice(0, 3)).toBe(e164.slice(0, 3));
        expect(listOtherForms(other.e164).map((back) => back.e164)).toEqual([e164]);
      }
    }),
    { numRuns: 1_000 },
  );
});
