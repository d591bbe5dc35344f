import { toGapText } from '../../domain/source/gap-text';
import { startApi, type ApiServer } from '../scenes/api';
import { useDelivery } from '../scenes/delivery';

const delivery = useDelivery();
let api: ApiServer;

beforeEach(async () => {
  api = await startApi({ store: delivery.store });
});
afterEach(() => api.stop());

const completenessOf = async (linkId: string) => (await api.get(`/api/v1/links/${linkId}/completeness`)).body;

test('what is held, on the page and waiting adds up, message by message', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  expect(await completenessOf(linked.linkId)).toEqual({ isComplete: true, chats: [] });
  for (const text of ['one', 'two', 'three']) await delivery.say(linked, text);
  const before = await completenessOf(linked.linkId);
  expect(before.chats).toMatchObject([{ held: { messages: 3 }, onPage: 0, waiting: 3, isComplete: false }]);
  await delivery.run(process, [linked]);
  await delivery.say(linked, 'four');
  const { isComplete, chats } = await completenessOf(linked.linkId);
  expect(isComplete).toBe(false);
  expect(chats).toMatchObject([
    {
      ...{ kind: 'direct', onPage: 3, waiting: 1, refused: 0, elsewhere: 0, isComplete: false },
      held: { messages: 4, versions: 4, unrouted: 0 },
      gaps: [],
    },
  ]);
  await delivery.run(process, [linked]);
  expect(await completenessOf(linked.linkId)).toMatchObject({ isComplete: true, chats: [{ onPage: 4 }] });
  expect(delivery.told(linked.contactId)).toHaveLength(4);
});

test('a long text is one version, and what was refused is told apart', async () => {
  const linked = await delivery.link();
  await delivery.say(linked, 'x'.repeat(30_000));
  expect(await completenessOf(linked.linkId)).toMatchObject({ chats: [{ waiting: 1 }] });
  await delivery.run(delivery.createProcess(), [linked]);
  expect(await completenessOf(linked.linkId)).toMatchObject({ chats: [{ onPage: 1, waiting: 0 }] });
  await delivery.store.entries.model.updateMany({}, { $set: { placeholder: true } });
  expect(await completenessOf(linked.linkId)).toMatchObject({
    isComplete: false,
    chats: [{ onPage: 0, refused: 1, elsewhere: 0 }],
  });
});

test('what was refused and sent again is on the page', async () => {
  const linked = await delivery.link();
  await delivery.say(linked, 'a curious text');
  const refuse = { kind: 'refuse', error: 'INVALID_ARG_VALUE', error_description: 'No.' } as const;
  delivery.portal.setFaults([{ ...refuse, method: 'crm.timeline.comment.add', command: 0 }]);
  await delivery.run(delivery.createProcess(), [linked]);
  expect(await completenessOf(linked.linkId)).toMatchObject({ isComplete: false, chats: [{ refused: 1 }] });
  const [entry] = await delivery.entries(linked);
  await api.post(`/api/v1/entries/${entry?._id}/send-again`, {});
  await delivery.run(delivery.createProcess(), [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['a curious text']);
  expect(await completenessOf(linked.linkId)).toMatchObject({
    isComplete: true,
    chats: [{ refused: 0, onPage: 1 }],
  });
});

test('a gap of the source is named, and the chat is complete again once it is closed', async () => {
  const { store, portalId } = delivery;
  const linked = await delivery.link();
  await delivery.say(linked, 'one');
  await delivery.run(delivery.createProcess(), [linked]);
  const [account] = await store.accounts.list();
  const accountId = account?._id ?? '';
  const at = (time: string) => new Date(`2026-11-26T${time}:00Z`);
  const { _id } = await store.gaps.open({ portalId, accountId, reason: 'unreachable', from: at('14:02') });
  const lasting = await completenessOf(linked.linkId);
  expect(lasting.chats[0].gaps[0].text).toBe(
    '2026-11-26 14:02 until now not seen: the source was down; not asked again yet.',
  );
  await store.gaps.end(accountId, at('14:40'));
  await store.gaps.noteAsked(_id, at('14:41'));
  const asked = await completenessOf(linked.linkId);
  expect(asked).toMatchObject({ isComplete: false, chats: [{ onPage: 1, isComplete: false }] });
  expect(asked.chats[0].gaps[0]).toMatchObject({
    reason: 'unreachable',
    text: '2026-11-26 14:02–14:40 not seen: the source was down; asked again at 14:41.',
  });
  await store.gaps.close(_id, 17, at('14:45'));
  const closed = await completenessOf(linked.linkId);
  expect(closed).toMatchObject({ isComplete: true, chats: [{ isComplete: true }] });
  expect(closed.chats[0].gaps[0].text).toContain('asked again at 14:41; 17 messages were found.');
});

test('how far the source’s history was read is told, by the chat that lags behind', async () => {
  const { store, portalId } = delivery;
  const linked = await delivery.link();
  await delivery.say(linked, 'one');
  const [account] = await store.accounts.list();
  const accountId = account?._id ?? '';
  expect((await completenessOf(linked.linkId)).chats[0].source).toEqual({
    liveness: null,
    readUpTo: null,
    counted: null,
  });
  await store.accountHistories.loadOrMake(accountId, portalId, 30);
  const [early, late] = [new Date('2026-11-25T00:00:00Z'), new Date('2026-11-26T00:00:00Z')];
  await store.accountHistories.moveReadUpTo(accountId, late);
  expect((await completenessOf(linked.linkId)).chats[0].source.readUpTo).toBe(late.toISOString());
  const link = await store.links.load(linked.linkId);
  await store.historyMarks.hold(accountId, `person/${link?.personId}`, early);
  expect((await completenessOf(linked.linkId)).chats[0].source.readUpTo).toBe(early.toISOString());
});

test('a gap in words, where the portal is', () => {
  const gap = {
    ...{ reason: 'logged-out', from: new Date('2026-11-25T22:30:00Z'), to: new Date('2026-11-26T06:00:00Z') },
    ...{ askedAt: new Date('2026-11-26T06:01:00Z'), closedAt: new Date('2026-11-26T06:02:00Z'), found: 1 },
  };
  expect(toGapText(gap, 'Europe/Berlin')).toBe(
    '2026-11-25 23:30 – 2026-11-26 07:00 not seen: the source was logged out; asked again at 07:01; one message was found.',
  );
});
