import fc from 'fast-check';
import { toPhoneAlias, type Alias } from '../../../domain/identity';
import { addPortal, atOnce, useStore } from '../../scenes/store';

const store = useStore();
let portalId: string;

beforeEach(async () => {
  ({ portalId } = await addPortal(store));
});

const klaus = toPhoneAlias('+491701234567');
const maria = toPhoneAlias('+491707654321');
const lid = (digits: string): Alias => ({ kind: 'lid', key: `lid:${digits}` });
const find = (aliases: Alias[], name: string | null = null) =>
  store.people.findOrCreate(portalId, { aliases, name }, 'test');
const load = async (personId: string) => {
  const person = await store.people.load(personId);
  return {
    keys: person?.aliases.map(({ key }) => key),
    name: person?.name,
    names: person?.names.map(({ name }) => name),
  };
};
const count = () => store.people.model.countDocuments({ portalId }).exec();

test('twenty calls at once for one phone give one person', async () => {
  const people = await atOnce(20, () => find([klaus], 'Klaus'));
  expect(new Set(people.map(({ _id }) => _id)).size).toBe(1);
  expect(await count()).toBe(1);
});

test('the same phone in two portals is two people', async () => {
  const here = await find([klaus]);
  ({ portalId } = await addPortal(store));
  expect((await find([klaus]))._id).not.toBe(here._id);
});

test('a person known by a LID gets the phone when it is told', async () => {
  const first = await find([lid('111')]);
  const second = await find([klaus, lid('111')], 'Klaus');
  expect(second._id).toBe(first._id);
  expect((await find([klaus]))._id).toBe(first._id);
  expect(await load(first._id)).toEqual({ keys: ['lid:111', klaus.key], name: 'Klaus', names: ['Klaus'] });
});

test('a LID told with twenty messages at once is added once', async () => {
  const first = await find([klaus]);
  await atOnce(20, () => find([klaus, lid('111')]));
  expect(await load(first._id)).toMatchObject({ keys: [klaus.key, 'lid:111'] });
});

test('a name told with twenty messages at once is kept once', async () => {
  const { _id } = await find([klaus]);
  await atOnce(20, () => find([klaus], 'Klaus'));
  expect(await load(_id)).toMatchObject({ name: 'Klaus', names: ['Klaus'] });
});

test('two people with different phones are never merged, whatever they share', async () => {
  const one = await find([klaus, lid('111')]);
  const other = await find([maria, lid('111')]);
  expect(other._id).not.toBe(one._id);
  expect((await find([maria, lid('111')]))._id).toBe(other._id);
  expect(await load(one._id)).toMatchObject({ keys: [klaus.key, 'lid:111'] });
  expect(await load(other._id)).toMatchObject({ keys: [maria.key] });
});

test('two phones told for one LID at the same time never end at one person', async () => {
  for (let round = 0; round < 5; round += 1) {
    const digits = `22${round}`;
    const phones = [0, 1, 2, 3].map((nth) => toPhoneAlias(`+4917066${round}${nth}000`));
    await find([lid(digits)]);
    await Promise.all(phones.map((phone) => find([phone, lid(digits)])));
    const owner = await store.people.findByAlias(portalId, `lid:${digits}`);
    expect(owner?.aliases.filter(({ kind }) => kind === 'phone')).toHaveLength(1);
    for (const phone of phones) expect(await store.people.findByAlias(portalId, phone.key)).not.toBeNull();
  }
});

test('a phone decides before a LID when both are known of different people', async () => {
  const byPhone = await find([klaus]);
  const byLid = await find([lid('111')]);
  expect((await find([lid('111'), klaus]))._id).toBe(byPhone._id);
  expect(await load(byLid._id)).toMatchObject({ keys: ['lid:111'] });
});

test('the name shown is the last one seen, and earlier ones are kept once', async () => {
  const { _id } = await find([klaus], 'Klaus');
  await find([klaus], 'K. Weber');
  await find([klaus], null);
  await find([klaus], 'Klaus');
  expect(await load(_id)).toMatchObject({ name: 'Klaus', names: ['Klaus', 'K. Weber'] });
});

test('in whatever order aliases are told, a key has one owner and a person at most one phone', async () => {
  const aliases: Alias[] = [klaus, maria, lid('1'), lid('2'), { kind: 'bsuid', key: 'bsuid:DE.1' }];
  const identity = fc.uniqueArray(fc.constantFrom(...aliases), { minLength: 1, maxLength: 3 });
  const onePhone = identity.filter((given) => given.filter(({ kind }) => kind === 'phone').length <= 1);
  await fc.assert(
    fc.asyncProperty(fc.array(onePhone, { minLength: 1, maxLength: 6 }), async (told) => {
      ({ portalId } = await addPortal(store));
      for (const given of told) {
        const { _id } = await find(given);
        const phone = given.find(({ kind }) => kind === 'phone');
        if (phone) expect((await load(_id)).keys).toContain(phone.key);
      }
      const people = await store.people.model.find({ portalId }).lean().exec();
      const keys = people.flatMap((person) => person.aliases.map(({ key }) => key));
      expect(new Set(keys).size).toBe(keys.length);
      const toldPhones = told.flat().filter(({ kind }) => kind === 'phone');
      expect(keys).toEqual(expect.arrayContaining(toldPhones.map(({ key }) => key)));
      for (const person of people) {
        expect(person.aliases.filter(({ kind }) => kind === 'phone').length).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 40 },
  );
});
