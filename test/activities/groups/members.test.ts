import { toGroupTarget } from '../../../domain/ids';
import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';
import { groupChat, groupEntries, sayInGroup, type SaidInGroup } from '../../scenes/group';
import { sayAgain } from '../../../intake/groups/say-again';
import type { RefusedEntry } from '../../../store/delivery/refused-entries';
import type { LinkChange } from '../../../store/links/link-schema';

const delivery = useDelivery();
type Activities = ReturnType<typeof delivery.createProcess>;

async function linkThree(): Promise<[Linked, Linked, Linked]> {
  return [await delivery.link(), await delivery.link(), await delivery.link()];
}

const say = async (...said: SaidInGroup[]) => {
  const [account] = await delivery.store.accounts.list();
  if (account) await sayInGroup(delivery.store, account, ...said);
};

/** Each member says hello, so that it is known who is in the group. */
const meet = (members: readonly Linked[]) =>
  say(...members.map(({ phone }, index) => ({ text: `hello ${index}`, by: phone })));
const hellos = ['hello 0', 'hello 1', 'hello 2'];

/** Rounds one after the other, until no group waits for anybody or what waits stays. */
async function settle(process: Activities, members: readonly Linked[], rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    for (const member of members) await delivery.run(process, [member]);
}

const pages = (members: readonly Linked[]) => members.map(({ contactId }) => delivery.told(contactId));
const bindingsOf = async (index = 0) => {
  const entry = (await groupEntries(delivery.store, delivery.portalId))[index];
  return (linked: Linked) => entry?.bindings?.find(({ linkId }) => linkId === linked.linkId);
};
const isWaiting = async () =>
  delivery.store.outbox.hasAny(toGroupTarget((await groupChat(delivery.store, delivery.portalId))._id));

async function change(
  process: Activities,
  { linkId }: Linked,
  wish: Pick<LinkChange, 'kind' | 'entries' | 'crmContactId'>,
): Promise<void> {
  const { store, portalId } = delivery;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'unlink' });
  await store.links.requestChange(linkId, { ...wish, remember: false, operationId: operation._id });
  for (;;) {
    const { finished, retryAfterMs } = await runActivity(process.changeLink, { linkId });
    if (finished) return;
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs ?? 50));
  }
}

test('a member who is paused stops nobody, and gets what they missed when they are resumed, once', async () => {
  const { store } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  const [first, , third] = members;
  await meet(members);
  await store.links.setRhythm(first.linkId, 'paused', ['rounds']);
  await settle(process, members);
  expect(pages(members)).toEqual([[], hellos, hellos]);
  expect(await isWaiting()).toBe(false);
  expect((await bindingsOf())(first)).toMatchObject({ state: 'aside', why: 'paused' });
  await say({ text: 'more', by: third.phone });
  await settle(process, members);
  expect(pages(members)).toEqual([[], [...hellos, 'more'], [...hellos, 'more']]);
  await store.links.setRhythm(first.linkId, 'rounds', ['paused']);
  const [resumed] = await delivery.run(process, [first]);
  expect(resumed).toMatchObject({ delivered: 2, pendingMessages: 0 });
  expect(pages(members)).toEqual(members.map(() => [...hellos, 'more']));
  expect((await bindingsOf())(first)).toMatchObject({ state: 'bound', why: null });
  const [quiet] = await delivery.run(process, [first]);
  expect(quiet).toMatchObject({ quiet: true });
});

test('a member whose contact was deleted stops nobody: another one carries, and the page is set aside with its reason', async () => {
  const { store } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  const [first, second, third] = members;
  await meet(members);
  delivery.portal.deleteContact(first.contactId);
  await settle(process, members);
  expect(pages([second, third])).toEqual([hellos, hellos]);
  expect((await bindingsOf())(first)).toMatchObject({ state: 'aside', why: 'contact_gone' });
  expect((await store.links.load(first.linkId))?.attention?.code).toBe('contact_gone');
  expect(await isWaiting()).toBe(false);
});

test('a deleted contact that is found out while binding is set aside alone, and its link asks for a person', async () => {
  const { store } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  const [first, second, third] = members;
  await meet(members);
  delivery.portal.deleteContact(third.contactId);
  await delivery.run(process, [first]);
  expect(pages([first, second])).toEqual([hellos, hellos]);
  expect((await bindingsOf())(third)).toMatchObject({ state: 'aside', why: 'contact_gone' });
  expect((await store.links.load(third.linkId))?.attention?.code).toBe('contact_gone');
  expect(await isWaiting()).toBe(false);
});

test('who has left a group gets nothing more of it, and who comes back does', async () => {
  const { store, portalId } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  const [first, second, third] = members;
  await meet(members);
  await settle(process, members, 1);
  const chat = await groupChat(store, portalId);
  const person = (await store.links.load(third.linkId))?.personId ?? '';
  await store.members.leave(chat._id, [person], new Date());
  await say({ text: 'without', by: first.phone });
  await settle(process, members, 1);
  expect(pages(members)).toEqual([[...hellos, 'without'], [...hellos, 'without'], hellos]);
  await say({ text: 'back', by: third.phone });
  await settle(process, members, 1);
  expect(delivery.told(second.contactId)).toEqual([...hellos, 'without', 'back']);
  expect(delivery.told(third.contactId)).toEqual([...hellos, 'back']);
});

test('a member who is given another contact takes their page along, and the others keep theirs', async () => {
  const process = delivery.createProcess();
  const members = await linkThree();
  const [first, second, third] = members;
  await meet(members);
  await settle(process, members, 1);
  const other = delivery.portal.addContact({ name: 'Other', phones: [] });
  // The one whose page the comment was put on, and one to whose page it was bound.
  for (const member of [first, third]) {
    const to = delivery.portal.addContact({ name: 'New', phones: [] });
    await change(process, member, { kind: 'changeContact', entries: 'move', crmContactId: to });
    expect(delivery.told(member.contactId)).toEqual([]);
    expect(delivery.told(to)).toEqual(hellos);
  }
  expect(delivery.told(second.contactId)).toEqual(hellos);
  await change(process, first, { kind: 'changeContact', entries: 'keep', crmContactId: other });
  await say({ text: 'after', by: second.phone });
  await settle(process, members, 1);
  expect(delivery.told(other)).toEqual(['after']);
  expect(delivery.told(second.contactId)).toEqual([...hellos, 'after']);
});

test('a member whose link ends with its entries removed loses the page, and the comment goes with its last page', async () => {
  const { store, portalId } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  await meet(members);
  await settle(process, members, 1);
  const remove = { kind: 'unlink', entries: 'remove', crmContactId: null } as const;
  for (const [index, member] of members.entries()) {
    await change(process, member, remove);
    expect(pages(members)).toEqual(members.map((_, at) => (at <= index ? [] : hellos)));
  }
  const [entry] = await groupEntries(store, portalId);
  expect(entry?.state).toBe('removed');
  await say({ text: 'to nobody', by: members[0].phone });
  expect(await isWaiting()).toBe(false);
});

test('the last page takes along a member who only missed the entry while they were paused', async () => {
  const { store } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  const [first, second, third] = members;
  await meet(members);
  for (const { linkId } of [second, third]) await store.links.setRhythm(linkId, 'paused', ['rounds']);
  await settle(process, [first], 1);
  expect(pages(members)).toEqual([hellos, [], []]);
  await change(process, first, { kind: 'unlink', entries: 'remove', crmContactId: null });
  expect(pages(members)).toEqual([[], hellos, hellos]);
});

test('a group that all its members pause waits for them, and goes on with the first who is resumed', async () => {
  const { store } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  await meet(members);
  for (const { linkId } of members) await store.links.setRhythm(linkId, 'paused', ['rounds']);
  await settle(process, members, 1);
  expect(await isWaiting()).toBe(true);
  await store.links.setRhythm(members[1].linkId, 'rounds', ['paused']);
  await settle(process, members, 1);
  expect(pages(members)).toEqual([[], hellos, []]);
  for (const { linkId } of members) await store.links.setRhythm(linkId, 'rounds', ['paused']);
  await settle(process, members, 1);
  expect(pages(members)).toEqual([hellos, hellos, hellos]);
});

test('every member’s clocks and counts stand still while something of the group waits for its page', async () => {
  const { store } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  const [first, second] = members;
  await meet(members);
  await settle(process, members, 1);
  const before = (await store.links.load(second.linkId))?.lastSyncAt;
  const chat = await groupChat(store, delivery.portalId);
  // Somebody else carries it just now, and is not done.
  await store.leases.take(`carry/${chat._id}`, 'another carrier', 60_000);
  await say({ text: 'more', by: first.phone });
  const [round] = await delivery.run(process, [second]);
  expect(round).toMatchObject({ quiet: false, pendingMessages: 1, delivered: 0 });
  expect((await store.links.load(second.linkId))?.lastSyncAt).toEqual(before);
  await store.leases.release(`carry/${chat._id}`, 'another carrier');
  await settle(process, members, 1);
  const after = (await store.links.load(second.linkId))?.lastSyncAt?.getTime() ?? 0;
  expect(after).toBeGreaterThan(before?.getTime() ?? 0);
});

test('what Bitrix24 refused of a group is said again on every page, once', async () => {
  const { store, portal } = delivery;
  const process = delivery.createProcess();
  const members = await linkThree();
  await meet(members);
  portal.setFaults([{ kind: 'refuse', error: 'INVALID_ARG_VALUE', method: 'crm.timeline.comment.add' }]);
  await settle(process, members, 1);
  expect(pages(members)).toEqual([[], [], []]);
  const [entry] = await groupEntries(store, delivery.portalId);
  for (let asked = 0; asked < 2; asked += 1) await sayAgain(store, entry as RefusedEntry);
  await settle(process, members, 2);
  expect(pages(members)).toEqual(members.map(() => hellos));
});
