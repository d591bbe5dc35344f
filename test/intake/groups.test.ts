import { toPhoneAlias, type Alias } from '../../domain/identity';
import { learnPair } from '../../intake/address-book';
import { beginGroups } from '../../intake/groups/begin-groups';
import { takeInAll, type Delivery } from '../../intake/take-in';
import { advancePerson } from '../../intake/merging/sweep-people';
import type { AccountDoc } from '../../store/accounts';
import { translateEvolution } from '../../whatsapp/evolution/translate';
import { translateWaha } from '../../whatsapp/waha/translate';
import { groupChat, groupJid, sayInGroup, toGroupMessage, type SaidInGroup } from '../scenes/group';
import { linkOne, personWith } from '../scenes/link-one';
import { addAccount, addPortal, useStore } from '../scenes/store';

const store = useStore();
let portalId: string;
let account: AccountDoc;
const ana = '+491701234561';
const ben = '+491701234562';
const lid: Alias = { kind: 'lid', key: 'lid:4639135154355' };

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
});

const takeIn = (delivery: Delivery) => takeInAll(store, [{ account, delivery }]);
const say = (...said: SaidInGroup[]) => sayInGroup(store, account, ...said);
const link = async (phone: string, contact = 1) =>
  linkOne(store, portalId, await personWith(store, portalId, phone), contact);
const list = (...participants: Alias[][]) =>
  takeIn({
    ...{ source: 'test', items: [] },
    rosters: [{ groupJid, title: 'Project X', participants }],
  });
const members = async () => store.members.listOfChat((await groupChat(store, portalId))._id);
const rowsOf = async () =>
  (await store.outbox.model.find({ portalId }).sort({ _id: 1 }).lean().exec()).map(({ target }) => target);
const personOf = async (key: string) => (await store.people.findByAlias(portalId, key))?._id;

test('a member who is only listed gets the group when they are linked, though no person was made of them before', async () => {
  await list([toPhoneAlias(ana)], [toPhoneAlias(ben)]);
  expect(await store.people.model.countDocuments({ portalId })).toBe(0);
  const linked = await link(ana);
  await beginGroups(store, linked);
  await say({ text: 'hello', by: ben });
  expect(await rowsOf()).toHaveLength(1);
});

test('who is not listed any more has left, and nobody else', async () => {
  await say({ text: 'a', by: ana }, { text: 'b', by: ben });
  await list([toPhoneAlias(ana)]);
  const left = (await members()).filter(({ leftAt }) => leftAt !== null);
  expect(left.map(({ personId }) => personId)).toEqual([await personOf(toPhoneAlias(ben).key)]);
});

test('a notice that somebody left or was added changes who is in the group', async () => {
  await link(ana);
  await say({ text: 'a', by: ana }, { text: 'b', by: ben });
  const notice = (change: 'removed' | 'added', id: string) => ({
    ...toGroupMessage({ text: '', by: ben, id }),
    ...{ kind: 'system' as const, text: null },
    details: { group: { change, people: [{ key: toPhoneAlias(ana).key }] } },
  });
  const items = [{ raw: null, translation: { kind: 'message', message: notice('removed', 'N1') } as const }];
  await takeIn({ source: 'test', items });
  const before = (await rowsOf()).length;
  await say({ text: 'without her', by: ben });
  expect(await rowsOf()).toHaveLength(before);
  const again = [{ raw: null, translation: { kind: 'message', message: notice('added', 'N2') } as const }];
  await takeIn({ source: 'test', items: again });
  await say({ text: 'with her', by: ben });
  expect((await rowsOf()).length).toBeGreaterThan(before);
});

test('a participant by LID and the same one by phone are one member', async () => {
  await link(ana);
  await say({ text: 'by phone', by: ana }, { text: 'by LID', by: lid });
  expect(await members()).toHaveLength(2);
  await learnPair(store, portalId, { aliases: [toPhoneAlias(ana), lid], name: null }, 'test');
  const moving = await store.people.listMoving(portalId, { after: null, limit: 10 });
  for (const { _id } of moving) await advancePerson(store, _id);
  expect((await members()).map(({ personId }) => personId)).toEqual([await personOf(toPhoneAlias(ana).key)]);
});

test('what one of our numbers writes is ours, whichever of them hears it, and no person is made of us', async () => {
  const second = await addAccount(store, portalId, '+491700000002');
  await store.accounts.learnOwnLids(second, [lid]);
  await say({ text: 'by our second number', by: lid }, { text: 'and by its phone', by: second.e164 });
  const messages = await store.messages.listOfChat((await groupChat(store, portalId))._id, null, 10);
  expect(
    messages.map(({ fromMe, accountId, senderPersonId }) => [fromMe, accountId, senderPersonId]),
  ).toEqual([
    [true, second._id, null],
    [true, second._id, null],
  ]);
  expect(await store.people.model.countDocuments({ portalId })).toBe(0);
});

test('guests of a group are no newcomers, raise no review and are never looked up', async () => {
  await store.portals.setPolicies(portalId, { createMissing: 'always', autoLink: true });
  await say({ text: 'a guest', by: ben }, { text: 'another one', by: lid });
  expect(await store.people.listDue(portalId, new Date(Date.now() + 1_000), 10)).toEqual([]);
  expect(await store.people.listWaiting(portalId, null, 10)).toEqual([]);
  expect(await store.reviews.list({ portalId }, { after: null, limit: 10 })).toEqual([]);
});

/** Somebody is added, as a server tells it by its own clock. */
const [noon, digits] = [Date.parse('2026-11-22T12:00:00.300Z'), ben.slice(1)];
const byServer = {
  Evolution: (ms: number, context: Parameters<typeof translateEvolution>[1]) =>
    translateEvolution(
      {
        ...{
          event: 'group-participants.update',
          instance: 'sales',
          date_time: new Date(noon + ms).toISOString(),
        },
        data: {
          ...{ id: groupJid, author: `${ana.slice(1)}@s.whatsapp.net`, action: 'add' },
          participants: [`${digits}@s.whatsapp.net`],
        },
      },
      context,
    ),
  NOWEB: (ms: number, context: Parameters<typeof translateWaha>[1]) =>
    translateWaha(
      {
        ...{ event: 'group.v2.participants', session: 'default', engine: 'NOWEB', timestamp: noon + ms },
        payload: {
          ...{ type: 'join', timestamp: noon + ms, group: { id: groupJid } },
          ...{
            participants: [{ id: `${digits}@c.us` }],
            _data: { author: `${ana.slice(1)}@s.whatsapp.net` },
          },
        },
      },
      context,
    ).map((translation) => ({ raw: null, translation })),
};

test.each(['Evolution', 'NOWEB'] as const)(
  'what two of our numbers tell of a group by clocks of their own is told once, and what happens again is told again (%s)',
  async (server) => {
    const second = await addAccount(store, portalId, '+491700000002');
    const tell = async (by: AccountDoc, ms: number) => {
      const receivedAt = new Date(noon + 60_000);
      const items = byServer[server](ms, { receivedAt, ownAliases: [toPhoneAlias(by.e164)] });
      const [first] = (await takeInAll(store, [{ account: by, delivery: { source: 'test', items } }])).taken;
      return first?.map(({ outcome }) => outcome);
    };
    expect(await tell(account, 0)).toEqual(['accepted']);
    expect(await tell(second, 4_900)).toEqual(['duplicate']);
    expect(await tell(account, 0)).toEqual(['duplicate']);
    expect(await tell(account, 7_000)).toEqual(['accepted']);
    expect(await tell(second, 3_600_000)).toEqual(['accepted']);
  },
);
