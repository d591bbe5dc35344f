import fc from 'fast-check';
import { phoneOf, toPhoneAlias, type Alias } from '../../domain/identity';
import type { AccountDoc } from '../../store/accounts';
import { ingestMessage } from '../../intake/ingest-message';
import { learnPair } from '../../intake/address-book';
import { reviewConflict } from '../../intake/merging/sweep-people';
import type { Store } from '../../store/store';
import { addAccount, addPortal, useStore } from '../scenes/store';
import { finishMerges, link, tell, toMessage } from '../scenes/merge';

const store = useStore();
let portalId: string;
let account: AccountDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
});

const phones = ['+491701000001', '+491701000002', '+491701000003', '+491701000004'].map(toPhoneAlias);
const [a, b, c] = phones as [Alias, Alias, Alias];
const lid: Alias = { kind: 'lid', key: 'lid:4639135154355' };
const start = new Date('2026-01-01T12:00:00Z').getTime();
const at = (minute: number) => new Date(start + minute * 60_000);

const say = (aliases: Alias[], id: string, minute: number, by = account) =>
  ingestMessage(store, by, toMessage(aliases, id, { sentAt: at(minute) }), 'test');
const notice = (from: Alias, to: Alias[], minute: number, id = `N${minute}`, by = account) =>
  ingestMessage(
    store,
    by,
    toMessage([from], id, { kind: 'system', sentAt: at(minute), numberChange: { from, to } }),
    'test',
  );
const find = ({ key }: Alias) => store.people.findByAlias(portalId, key);
const load = async (alias: Alias) => {
  const person = await find(alias);
  if (!person) throw new Error('nobody has this alias');
  return person;
};
/** The ids of the messages in a person's chats. */
async function saidOf(personId: string): Promise<string[]> {
  const chats = await store.chats.listDirect(portalId, personId);
  const messages = await store.messages.model.find({ chatId: { $in: chats.map(({ _id }) => _id) } }).lean();
  return messages.map(({ stanzaId }) => stanzaId).sort();
}
const countPeople = () => store.people.model.countDocuments({ portalId, mergedInto: null }).exec();
const conflictOf = async (personId: string) =>
  (await store.reviews.listOfPeople(portalId, [personId], 'identity'))[0] ?? null;

test('who changes the number keeps chats and link; the old one names nobody any more', async () => {
  await say([a, lid], 'M1', 1);
  const before = await load(a);
  const linked = await link(store, portalId, a);
  await notice(a, [b], 10);
  const after = await load(b);
  expect(after._id).toBe(before._id);
  expect(phoneOf(after.aliases)).toBe(phoneOf([b]));
  expect(after.aliases.map(({ key }) => key)).toEqual([b.key, lid.key]);
  expect(after.former).toMatchObject([{ key: a.key, endedAt: at(10), movedTo: b.key, source: 'test' }]);
  expect(await find(a)).toBeNull();
  await say([b], 'M2', 11);
  expect(await saidOf(before._id)).toEqual(['M1', 'M2', 'N10']);
  expect((await store.links.findByPerson(portalId, before._id))?._id).toBe(linked._id);
  expect(await store.chats.listDirect(portalId, before._id)).toHaveLength(1);
});

test('somebody who comes later with the old number is a new person', async () => {
  await say([a, lid], 'M1', 1);
  await notice(a, [b], 10);
  await say([a], 'other', 20);
  const [stayed, other] = [await load(b), await load(a)];
  expect(other._id).not.toBe(stayed._id);
  expect([await saidOf(stayed._id), await saidOf(other._id)]).toEqual([['M1', 'N10'], ['other']]);
  expect(await conflictOf(other._id)).toBeNull();
});

test('what was said with the old number before the change is the person’s, also when it comes late or again', async () => {
  await say([a], 'M1', 1);
  const linked = await link(store, portalId, a);
  await tell(store, linked);
  await notice(a, [b], 10);
  await say([a], 'other', 20);
  expect(await say([a], 'M1', 1)).toMatchObject({ outcome: 'duplicate' });
  expect(await say([a], 'M2', 2)).toMatchObject({ outcome: 'accepted' });
  expect(await say([a, lid], 'M3', 10)).toMatchObject({ outcome: 'accepted' });
  expect(await saidOf((await load(b))._id)).toEqual(['M1', 'M2', 'M3', 'N10']);
  expect((await load(lid))._id).toBe((await load(b))._id);
});

test('a notice again, from another of our numbers, or after somebody else took the old one changes nothing', async () => {
  const second = await addAccount(store, portalId, '+491700000002');
  await say([a], 'M1', 1);
  await notice(a, [b], 10);
  await notice(a, [b], 10);
  await say([a], 'other', 20);
  const other = await load(a);
  await notice(a, [b], 10);
  await notice(a, [b], 11, 'N11', second);
  expect((await load(a))._id).toBe(other._id);
  expect((await load(b)).former).toHaveLength(1);
  expect(await countPeople()).toBe(2);
});

test('a notice and messages that come all at once end at one person', async () => {
  await say([a], 'M1', 1);
  await Promise.all([
    ...[10, 10, 10].map((minute) => notice(a, [b], minute)),
    ...['M2', 'M3', 'M4'].map((id) => say([a], id, 2)),
    ...['M5', 'M6', 'M7'].map((id) => say([b], id, 11)),
  ]);
  await finishMerges(store, portalId);
  expect(await find(a)).toBeNull();
  expect(await saidOf((await load(b))._id)).toEqual(['M1', 'M2', 'M3', 'M4', 'M5', 'M6', 'M7', 'N10']);
  expect((await load(b)).former).toHaveLength(1);
});

test('a number that somebody goes back to is theirs, and an old notice does not take it', async () => {
  await say([a], 'M1', 1);
  const { _id } = await load(a);
  await notice(a, [b], 10);
  await notice(b, [a], 20);
  await notice(a, [b], 10);
  expect((await load(a))._id).toBe(_id);
  expect(phoneOf((await load(a)).aliases)).toBe(phoneOf([a]));
  await notice(a, [b], 30);
  expect((await load(b))._id).toBe(_id);
  expect(await find(a)).toBeNull();
});

test('a new number that spoke before its notice came is the same person, with the link', async () => {
  await say([a], 'M1', 1);
  const linked = await link(store, portalId, a);
  await tell(store, linked);
  await say([b], 'M2', 11);
  await notice(a, [b, lid], 10);
  await finishMerges(store, portalId);
  const person = await load(b);
  expect(await countPeople()).toBe(1);
  expect((await load(lid))._id).toBe(person._id);
  expect(await saidOf(person._id)).toEqual(['M1', 'M2', 'N10']);
  expect((await store.links.findByPerson(portalId, person._id))?._id).toBe(linked._id);
  expect(await tell(store, linked)).toBe(2);
  expect(person.former).toMatchObject([{ key: a.key }]);
  await say([a], 'M0', 0);
  expect(await saidOf(person._id)).toContain('M0');
});

test('a new number that somebody was known by before is a conflict: nobody merges, messages go by the number', async () => {
  await say([a], 'M1', 1);
  await say([b], 'older', 2);
  const [leaver, holder] = [await load(a), await load(b)];
  await notice(a, [b], 10);
  expect(await find(a)).toBeNull();
  expect((await load(b))._id).toBe(holder._id);
  expect(await conflictOf(holder._id)).toMatchObject({ state: 'open', otherPersonId: leaver._id });
  await say([b], 'newer', 20);
  expect(await saidOf(holder._id)).toEqual(['newer', 'older']);
  await finishMerges(store, portalId);
  const review = await conflictOf(holder._id);
  if (!review) throw new Error('no conflict');
  await reviewConflict(store, review);
  expect(await conflictOf(holder._id)).toMatchObject({ state: 'open' });
  expect(await countPeople()).toBe(2);
  expect(await saidOf(leaver._id)).toEqual(['M1', 'N10']);
});

test('such a conflict ends when both are given one contact, or when the number becomes free', async () => {
  await say([a, lid], 'M1', 1);
  await say([b], 'older', 2);
  const [leaver, holder] = [await load(a), await load(b)];
  await notice(a, [b], 10);
  const review = await conflictOf(holder._id);
  if (!review) throw new Error('no conflict');
  await notice(b, [c], 5);
  await reviewConflict(store, review);
  expect(await store.reviews.load(review._id)).toMatchObject({ state: 'answered' });
  expect((await load(b))._id).toBe(leaver._id);
  expect((await load(c))._id).toBe(holder._id);

  ({ portalId, account } = await addPortal(store));
  await say([a, lid], 'M1', 1);
  await say([b], 'older', 2);
  await link(store, portalId, a);
  await link(store, portalId, b);
  await notice(a, [b], 10);
  await finishMerges(store, portalId);
  expect((await load(lid))._id).toBe((await load(b))._id);
});

test('two links to different contacts are a conflict', async () => {
  await say([a], 'M1', 1);
  await say([b], 'M2', 11);
  await link(store, portalId, a, 1);
  await link(store, portalId, b, 2);
  await notice(a, [b], 10);
  await finishMerges(store, portalId);
  expect(await countPeople()).toBe(2);
  const review = await conflictOf((await load(b))._id);
  expect(review?.candidates.map(({ crmContactId }) => crmContactId).sort()).toEqual([1, 2]);
});

test('an outdated pair of an address book changes nothing', async () => {
  await say([a, lid], 'M1', 1);
  await notice(a, [b], 10);
  for (const aliases of [
    [a, lid],
    [lid, a],
  ]) {
    expect(await learnPair(store, portalId, { aliases, name: null }, 'test')).toEqual([]);
  }
  expect(await find(a)).toBeNull();
  expect(await countPeople()).toBe(1);
  await say([lid, a], 'M2', 20);
  expect(await saidOf((await load(b))._id)).toContain('M2');
  await say([a, lid], 'other', 20);
  expect(await saidOf((await load(a))._id)).toEqual(['other']);
  expect((await load(lid))._id).toBe((await load(b))._id);
});

test('both writings of a Brazilian number end with the change', async () => {
  const [long, short] = [toPhoneAlias('+5585991203123'), toPhoneAlias('+558591203123')];
  await say([short, lid], 'M1', 1);
  await say([long, lid], 'M2', 2);
  await finishMerges(store, portalId);
  expect((await load(short))._id).toBe((await load(long))._id);
  await notice(long, [b], 10);
  expect([await find(short), await find(long)]).toEqual([null, null]);
  expect((await load(lid))._id).toBe((await load(b))._id);
  expect(phoneOf((await load(b)).aliases)).toBe(phoneOf([b]));
});

test('a change that dies before its claim is settled is gone on from by the sweep', async () => {
  await say([a], 'M1', 1);
  await say([b], 'M2', 11);
  const died = () => Promise.reject(new Error('died'));
  const dying: Store = { ...store, people: { ...store.people, loadAsStored: died } };
  const message = toMessage([a], 'N', { sentAt: at(10), numberChange: { from: a, to: [b] } });
  await expect(ingestMessage(dying, account, message, 'test')).rejects.toThrow('died');
  expect(await countPeople()).toBe(2);
  await finishMerges(store, portalId);
  expect(await countPeople()).toBe(1);
  expect(await saidOf((await load(b))._id)).toEqual(['M1', 'M2']);
});

interface Told {
  what: 'notice' | 'message';
  /** Of a message, the index of the number it was said with; of a notice, of the number that was left. */
  index: number;
  minute: number;
}

/** A person moves from number to number and writes in between, with each of them. */
const life: Told[] = phones.flatMap((_, index): Told[] => [
  { what: 'message', index, minute: index * 10 + 1 },
  { what: 'message', index, minute: index * 10 + 9 },
  ...(index < phones.length - 1 ? [{ what: 'notice', index, minute: index * 10 + 10 } as const] : []),
]);

test('in whatever order notices and messages come, and however often, they are one person with the last number', async () => {
  const told = fc
    .tuple(fc.shuffledSubarray(life, { minLength: life.length }), fc.shuffledSubarray(life))
    .map(([all, again]) => [...all, ...again]);
  await fc.assert(
    fc.asyncProperty(told, async (events) => {
      ({ portalId, account } = await addPortal(store));
      for (const { what, index, minute } of events) {
        const [from, to] = [phones[index], phones[index + 1]];
        if (what === 'message' && from) await say([from], `M${minute}`, minute);
        if (what === 'notice' && from && to) await notice(from, [to], minute);
      }
      await finishMerges(store, portalId);
      const last = await load(phones.at(-1) ?? a);
      const everything = life.map(({ what, minute }) => `${what === 'notice' ? 'N' : 'M'}${minute}`).sort();
      expect(await saidOf(last._id)).toEqual(everything);
      expect(await countPeople()).toBe(1);
      expect(phoneOf(last.aliases)).toBe(phoneOf([phones.at(-1) ?? a]));
      for (const phone of phones.slice(0, -1)) expect(await find(phone)).toBeNull();
      const messages = await store.messages.model.countDocuments({ portalId });
      expect(messages).toBe(life.length);
    }),
    { numRuns: 15 },
  );
});
