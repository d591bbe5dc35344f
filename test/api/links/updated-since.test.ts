import { administrator } from '../../../domain/access';
import { setTimeout as sleep } from 'node:timers/promises';
import { useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi();
let next = 0;

async function addLinked() {
  const { store, portalId } = api;
  const number = `+491705${String((next += 1)).padStart(6, '0')}`;
  const personId = await personWith(store, portalId, number, 'Ana');
  return linkOne(store, portalId, personId, 60);
}

async function listSince(things: string, updatedSince: Date): Promise<string[]> {
  const { body } = await api.get(`/api/v1/${things}?updatedSince=${updatedSince.toISOString()}`);
  return body.items.map(({ id }: { id: string }) => id);
}

/** A moment after everything that is stored so far. */
async function later(): Promise<Date> {
  await sleep(5);
  return new Date();
}

test('a link is listed since it was made, and again since it changed', async () => {
  const before = await later();
  const { _id: linkId } = await addLinked();
  const { _id: other } = await addLinked();
  expect(await listSince('links', before)).toEqual([other, linkId]);
  const between = await later();
  expect(await listSince('links', between)).toEqual([]);
  await api.store.links.setRhythm(linkId, 'paused', ['rounds']);
  expect(await listSince('links', between)).toEqual([linkId]);
  const { body } = await api.get(`/api/v1/links/${linkId}`);
  expect(Date.parse(body.updatedAt)).toBeGreaterThanOrEqual(between.getTime());
});

test('trouble, a change under way and a confirmed entry are changes', async () => {
  const { links } = api.store;
  const { _id } = await addLinked();
  const attention = { code: 'x', advice: 'y', since: new Date().toISOString() };
  const change = { kind: 'changeContact', crmContactId: 61, entries: 'keep', remember: false } as const;
  for (const write of [
    () => links.setAttention(_id, attention),
    () => links.setAttention(_id, null),
    () => links.moveBackedUp(_id, new Date(), { messagesBackedUp: 3 }),
    () => links.requestChange(_id, { ...change, operationId: 'o' }),
    () => links.dropChange(_id, 'o'),
  ]) {
    const before = await later();
    await write();
    expect(await listSince('links', before)).toEqual([_id]);
  }
});

test('clocks, tries and the stamps of parked links alone are no change', async () => {
  const { links } = api.store;
  const { _id } = await addLinked();
  await links.park(_id);
  const before = await later();
  const at = new Date();
  await links.stampParked([_id], at);
  await links.moveClocks(_id, { checkedAt: at, syncedAt: at, triedAt: at });
  await links.recordTry(_id, at);
  await links.recordTries([_id], at);
  await links.markSeen([_id], at);
  expect(await listSince('links', before)).toEqual([]);
  expect(await links.load(_id)).toMatchObject({ lastCheckedAt: at, lastTriedAt: at, contactSeenAt: at });
});

test('a review is listed since it was opened, and again since it was ignored', async () => {
  const { store, portalId } = api;
  const { personId } = await addLinked();
  const before = await later();
  const asked = { kind: 'ambiguous', reason: 'Two have it.', candidates: [] } as const;
  const { _id } = await store.reviews.open({ portalId, personId, linkId: null, ...asked, candidates: [] });
  expect(await listSince('reviews', before)).toEqual([_id]);
  const between = await later();
  expect(await listSince('reviews', between)).toEqual([]);
  await store.reviews.ignore(_id, administrator);
  expect(await listSince('reviews', between)).toEqual([_id]);
});
