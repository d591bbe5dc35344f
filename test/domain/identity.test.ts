import fc from 'fast-check';
import {
  isStrong,
  listSamePhones,
  mayBeOnePerson,
  parseBsuid,
  parseUsername,
  toPhoneAlias,
} from '../../domain/identity';

const key = (alias: { key: string } | null) => alias?.key ?? null;

test.each([
  ['US.13491208655302741918', 'bsuid:account/1/US.13491208655302741918'],
  [' DE.abcDEF123 ', 'bsuid:account/1/DE.abcDEF123'],
  ['US.ENT.11815799212886844830', 'bsuid:account/1/US.ENT.11815799212886844830'],
  ['us.1349', null],
  ['USA.1349', null],
  ['US.', null],
  ['US.13 49', null],
  ['491701234567', null],
  ['491701234567@c.us', null],
  [`US.${'1'.repeat(129)}`, null],
])('the BSUID %j', (value, expected) => {
  expect(key(parseBsuid(value, 'account/1'))).toBe(expected);
});

test('one BSUID in two portfolios is two names', () => {
  const bsuid = fc.tuple(fc.stringMatching(/^[A-Z]{2}$/), fc.stringMatching(/^[A-Za-z0-9]{1,40}$/));
  const scope = fc.stringMatching(/^(?:portfolio|account)\/[A-Za-z0-9._-]{1,20}$/);
  fc.assert(
    fc.property(bsuid, scope, scope, ([country, id], one, other) => {
      const [here, there] = [one, other].map((where) => parseBsuid(`${country}.${id}`, where));
      expect(here?.key === there?.key).toBe(one === other);
    }),
  );
});

test.each([
  ['@Ana.Souza', 'username:ana.souza'],
  ['ana_7', 'username:ana_7'],
  ['12345', null],
  ['+491701234567', null],
  ['Ana Souza', null],
  ['', null],
])('the username %j', (value, expected) => {
  expect(key(parseUsername(value))).toBe(expected);
});

test('a username names nobody for sure, the other names do', () => {
  expect(isStrong({ kind: 'username', key: 'username:ana' })).toBe(false);
  expect(isStrong({ kind: 'bsuid', key: 'bsuid:account/1/US.1' })).toBe(true);
  expect(isStrong(toPhoneAlias('+491701234567'))).toBe(true);
});

test('a number has the other writings of the same subscriber, and no unsure one', () => {
  const keys = (e164: string) => listSamePhones(toPhoneAlias(e164)).map((alias) => alias.key);
  expect(keys('+5585991203123')).toEqual(['phone:+5585991203123', 'phone:+558591203123']);
  expect(keys('+5215512345678')).toEqual(['phone:+5215512345678', 'phone:+525512345678']);
  expect(keys('+5491123456789')).toEqual(['phone:+5491123456789']);
  expect(keys('+491701234567')).toEqual(['phone:+491701234567']);
});

test('two sets of names may be one person unless each has a phone of its own', () => {
  const [klaus, maria] = ['+491701234567', '+491707654321'].map(toPhoneAlias);
  const lid = { kind: 'lid', key: 'lid:1' } as const;
  if (!klaus || !maria) throw new Error('two phones');
  expect(mayBeOnePerson([klaus, lid], [lid])).toBe(true);
  expect(mayBeOnePerson([klaus], [maria, lid])).toBe(false);
  expect(mayBeOnePerson([toPhoneAlias('+558591203123')], [toPhoneAlias('+5585991203123')])).toBe(true);
});
