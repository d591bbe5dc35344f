import { newId } from '../../../store/connection';
import type { Creation, LinkChange, LinkDoc } from '../../../store/links/link-schema';
import { addPortal, atOnce, useStore } from '../../scenes/store';

const store = useStore();
let portalId: string;

beforeEach(async () => {
  ({ portalId } = await addPortal(store));
});

const request = { crmContactId: null, createIfMissing: true, name: null, at: new Date() };

async function pending(): Promise<LinkDoc> {
  const link = await store.links.insertPending(portalId, newId(), request);
  if (!link) throw new Error('no link');
  return link;
}

async function linked(): Promise<LinkDoc> {
  const { _id } = await pending();
  await store.links.markLinked(_id, 7);
  return load(_id);
}

async function load(linkId: string): Promise<LinkDoc> {
  const link = await store.links.load(linkId);
  if (!link) throw new Error('no link');
  return link;
}

const toChange = (kind: LinkChange['kind'], crmContactId: number | null = null): LinkChange => ({
  kind,
  crmContactId,
  entries: 'keep',
  remember: kind === 'unlink',
  operationId: newId(),
});

const ago = (ms: number) => new Date(Date.now() - ms);

test('ten requests at once for one person make one link', async () => {
  const personId = newId();
  const made = await atOnce(10, () => store.links.insertPending(portalId, personId, request));
  expect(made.filter((link) => link !== null)).toHaveLength(1);
  expect(await store.links.findByPerson(portalId, personId)).toMatchObject({
    state: 'pending',
    epoch: 1,
    arrivals: 0,
  });
});

test('the beginning of a link is set once, and only a pending link becomes linked', async () => {
  const { _id, startedAt } = await linked();
  await store.links.markLinked(_id, 8);
  const again = await load(_id);
  expect(again.startedAt).toEqual(startedAt);
  expect(again.history.map(({ what }) => what)).toEqual(['requested', 'linked']);
});

test('a decision is written on a pending link only', async () => {
  const { _id } = await pending();
  const decision = { rule: 'phone', matchedValue: null, confidence: 1, by: 'phone', at: new Date() } as const;
  expect(await store.links.decide(_id, 7, decision)).toBe(true);
  await store.links.markLinked(_id, 7);
  expect(await store.links.decide(_id, 8, decision)).toBe(false);
  expect(await load(_id)).toMatchObject({ crmContactId: 7, state: 'linked' });
});

test('a link parks, and parking it again finds it parked', async () => {
  const { _id } = await linked();
  expect(await store.links.park(_id)).toBe(true);
  expect(await store.links.park(_id)).toBe(true);
  expect(await store.links.park('none')).toBe(false);
  expect(await load(_id)).toMatchObject({ rhythm: 'parked' });
});

test('of some links those that are parked are found', async () => {
  const { _id } = await linked();
  expect(await store.links.whichParked([_id])).toEqual([]);
  await store.links.park(_id);
  expect(await store.links.whichParked([_id, 'none'])).toEqual([_id]);
  expect(await store.links.whichParked([])).toEqual([]);
});

test('the history of a link keeps its last hundred events, whatever is recorded', async () => {
  const { _id, personId } = await linked();
  const other = `${personId}-other`;
  for (let turn = 0; turn < 51; turn += 1) {
    await store.links.giveTo(_id, personId, other);
    await store.links.giveTo(_id, other, personId);
  }
  expect((await load(_id))?.history).toHaveLength(100);
});

test('a paused or ending link does not park', async () => {
  const paused = await linked();
  await store.links.setRhythm(paused._id, 'paused', ['rounds']);
  expect(await store.links.park(paused._id)).toBe(false);
  const ending = await linked();
  await store.links.requestChange(ending._id, toChange('unlink'));
  expect(await store.links.park(ending._id)).toBe(false);
});

test('the sweep stamps a link that is parked still, and never back', async () => {
  const { _id } = await linked();
  const at = new Date();
  await store.links.stampParked([_id], at);
  expect(await load(_id)).toMatchObject({ lastCheckedAt: null, lastSyncAt: null });
  await store.links.park(_id);
  await store.links.stampParked([_id], at);
  await store.links.stampParked([_id], new Date(at.getTime() - 1_000));
  expect(await load(_id)).toMatchObject({ lastCheckedAt: at, lastSyncAt: at });
});

test('clocks never go back', async () => {
  const { _id } = await linked();
  const now = new Date();
  await store.links.moveClocks(_id, { checkedAt: now, syncedAt: now, triedAt: now });
  await store.links.moveClocks(_id, { checkedAt: ago(60_000), syncedAt: ago(60_000), triedAt: ago(60_000) });
  const later = new Date(now.getTime() + 1_000);
  await store.links.moveClocks(_id, { checkedAt: later, syncedAt: null, triedAt: later });
  await store.links.moveBackedUp(_id, now, { messagesBackedUp: 5 });
  await store.links.moveBackedUp(_id, ago(60_000), { messagesBackedUp: 3 });
  expect(await load(_id)).toMatchObject({
    lastCheckedAt: later,
    lastSyncAt: now,
    lastBackedUpAt: now,
    messagesBackedUp: 5,
  });
});

test('a change raises the epoch, and a second one is refused while it is under way', async () => {
  const { _id, epoch } = await linked();
  const change = toChange('changeContact', 8);
  expect(await store.links.requestChange(_id, change)).toMatchObject({ epoch: epoch + 1, state: 'linked' });
  expect(await store.links.requestChange(_id, toChange('changeContact', 9))).toBeNull();
  expect(await store.links.requestChange(_id, toChange('unlink'))).toBeNull();
  expect(await load(_id)).toMatchObject({ epoch: epoch + 1, change: { crmContactId: 8 } });
});

test('of ten changes at once one is taken', async () => {
  const { _id, epoch } = await linked();
  const taken = await atOnce(10, (index) =>
    store.links.requestChange(_id, toChange('changeContact', 10 + index)),
  );
  expect(taken.filter((link) => link !== null)).toHaveLength(1);
  expect((await load(_id)).epoch).toBe(epoch + 1);
});

test('a change that was carried out gives the link its new contact', async () => {
  const { _id } = await linked();
  const change = toChange('changeContact', 8);
  await store.links.requestChange(_id, change);
  await store.links.finishChange(_id, toChange('changeContact', 9), null);
  expect(await load(_id)).toMatchObject({ change: { crmContactId: 8 } });
  await store.links.finishChange(_id, change, null);
  expect(await load(_id)).toMatchObject({ change: null, crmContactId: 8, state: 'linked' });
});

test('a change that cannot be is dropped, and the link goes on as it was', async () => {
  const { _id, crmContactId } = await linked();
  const change = toChange('changeContact', 8);
  await store.links.requestChange(_id, change);
  await store.links.dropChange(_id, change.operationId);
  expect(await load(_id)).toMatchObject({ change: null, crmContactId, state: 'linked' });
});

test('an unlinked link is asked for again with the next epoch, and only then', async () => {
  const { _id, epoch } = await linked();
  expect(await store.links.renewPending(_id, request)).toBeNull();
  const change = toChange('unlink');
  await store.links.requestChange(_id, change);
  expect(await load(_id)).toMatchObject({ state: 'unlinking' });
  expect(await store.links.renewPending(_id, request)).toBeNull();
  await store.links.finishChange(_id, change, null);
  expect(await load(_id)).toMatchObject({ state: 'unlinked', doNotLinkAgain: true, change: null });
  const renewed = await atOnce(5, () => store.links.renewPending(_id, request));
  expect(renewed.filter((link) => link !== null)).toHaveLength(1);
  expect(await load(_id)).toMatchObject({ state: 'pending', epoch: epoch + 2, crmContactId: null });
});

test('a link whose entries were removed has none on the page, whatever is recorded late', async () => {
  const { _id } = await linked();
  await store.links.moveBackedUp(_id, new Date(), { messagesBackedUp: 5 });
  const change = { ...toChange('unlink'), entries: 'remove' as const };
  await store.links.requestChange(_id, change);
  await store.links.finishChange(_id, change, null);
  await store.links.moveBackedUp(_id, new Date(), { messagesBackedUp: 5 });
  expect(await load(_id)).toMatchObject({ state: 'unlinked', messagesBackedUp: 0 });
});

test('of ten workers one begins to make the contact', async () => {
  const { _id } = await pending();
  const planned: Creation = { state: 'planned', attempt: 0, sentAt: null };
  const first = await atOnce(10, () => store.links.moveCreation(_id, null, planned));
  expect(first.filter(Boolean)).toHaveLength(1);
  const sent = await atOnce(10, (index) =>
    store.links.moveCreation(_id, planned, { state: 'sending', attempt: 1, sentAt: new Date(index) }),
  );
  expect(sent.filter(Boolean)).toHaveLength(1);
});

test('what a person must know keeps its first time while it stays the same', async () => {
  const { _id } = await linked();
  const attention = (code: string, since: string) => ({ code, advice: 'Do something.', since });
  await store.links.setAttention(_id, attention('portal_gone', '2026-11-25T10:00:00.000Z'));
  await store.links.setAttention(_id, attention('portal_gone', '2026-11-25T11:00:00.000Z'));
  expect((await load(_id)).attention?.since).toBe('2026-11-25T10:00:00.000Z');
  await store.links.setAttention(_id, attention('portal_busy', '2026-11-25T12:00:00.000Z'));
  expect((await load(_id)).attention?.code).toBe('portal_busy');
  await store.links.setAttention(_id, null);
  expect((await load(_id)).attention).toBeNull();
});

test('the sweep sees requests that never began, links nobody tried and parked ones, page by page', async () => {
  const waiting = await pending();
  const [tried, untried, paused, first, second] = await atOnce(5, linked);
  const ids = (links: readonly { _id: string }[]) => links.map(({ _id }) => _id);
  if (!tried || !untried || !paused || !first || !second) throw new Error('no links');
  await store.links.recordTry(tried._id, new Date(Date.now() + 60_000));
  await store.links.setRhythm(paused._id, 'paused', ['rounds']);
  for (const { _id } of [first, second]) await store.links.park(_id);
  const soon = new Date(Date.now() + 1_000);
  const firstTen = { after: null, limit: 10 };
  expect(ids(await store.links.listUnstarted(portalId, soon, firstTen))).toEqual([waiting._id]);
  expect(ids(await store.links.listUnstarted(portalId, ago(60_000), firstTen))).toEqual([]);
  expect(ids(await store.links.listNeglected(portalId, soon, 10))).toEqual([untried._id]);
  const pages: string[][] = [];
  for await (const page of store.links.listParked(portalId, soon, 1)) pages.push(ids(page));
  expect(pages.map(({ length }) => length)).toEqual([1, 1]);
  expect(pages.flat().sort()).toEqual(ids([first, second]).sort());
  expect(await store.links.countParked(portalId)).toBe(2);
  await store.links.stampParked([first._id], soon);
  const due: string[][] = [];
  for await (const page of store.links.listParked(portalId, soon, 1)) due.push(ids(page));
  expect(due).toEqual([[second._id]]);
});
