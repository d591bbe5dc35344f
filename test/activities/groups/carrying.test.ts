import { useDelivery, type Linked } from '../../scenes/delivery';
import { groupChat, groupEntries, sayInGroup, type SaidInGroup } from '../../scenes/group';
import { toGroupTarget } from '../../../domain/ids';

const delivery = useDelivery();
const guests = ['+491711000001', '+491711000002'];

async function linkThree(): Promise<Linked[]> {
  return [await delivery.link(), await delivery.link(), await delivery.link()];
}

const say = async (...said: SaidInGroup[]) => {
  const [account] = await delivery.store.accounts.list();
  if (account) await sayInGroup(delivery.store, account, ...said);
};

/** Everybody says something, guests and we too. */
const talk = (members: readonly Linked[], round: number) =>
  say(
    ...members.map(({ phone }, index) => ({ text: `m${round}-${index}`, by: phone, name: `M${index}` })),
    ...guests.map((by, index) => ({ text: `g${round}-${index}`, by })),
    { text: `we${round}`, by: null },
  );

const linesOf = (round: number) => [
  ...[0, 1, 2].map((index) => `m${round}-${index}`),
  ...[0, 1].map((index) => `g${round}-${index}`),
  `we${round}`,
];

const commentIds = (contactId: number) => delivery.portal.comments(contactId).map(({ id }) => id);
const isWaiting = async () =>
  delivery.store.outbox.hasAny(toGroupTarget((await groupChat(delivery.store, delivery.portalId))._id));

test('a group is on the page of each linked member, by one comment, each line once with its speaker', async () => {
  const process = delivery.createProcess();
  const members = await linkThree();
  await talk(members, 1);
  const rounds = await delivery.run(process, members);
  expect(rounds.filter((round) => round instanceof Error)).toEqual([]);
  for (const { contactId } of members) expect(delivery.told(contactId)).toEqual(linesOf(1));
  const ids = members.map(({ contactId }) => commentIds(contactId));
  expect(new Set(ids.flat()).size).toBe(1);
  const [entry] = await groupEntries(delivery.store, delivery.portalId);
  expect(entry?.bindings?.map(({ state }) => state)).toEqual(['bound', 'bound', 'bound']);
  expect(await isWaiting()).toBe(false);
  const [comment] = delivery.portal.comments(members[0]?.contactId ?? 0);
  const lines = (comment?.text ?? '').split('\n');
  expect(lines[0]).toContain('WhatsApp group · Project X · Sales +491700000001');
  expect(lines.slice(1, -1).map((line) => /^([←→]) \[[\d:]+\] ([^:]*):/.exec(line)?.slice(1))).toEqual([
    ['←', 'M0'],
    ['←', 'M1'],
    ['←', 'M2'],
    ['←', guests[0]],
    ['←', guests[1]],
    ['→', 'Sales'],
  ]);
});
