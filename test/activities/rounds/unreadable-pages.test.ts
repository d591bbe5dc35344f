import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();

const list = 'crm.timeline.comment.list';
const refusal = { kind: 'refuse', method: list, times: -1, status: 400, error: 'ACCESS_DENIED' } as const;
const reads = () => delivery.portal.stats().requestsWith[list] ?? 0;
const entryOf = async (linked: Linked) => (await delivery.entries(linked))[0];
const attentionOf = async ({ linkId }: Linked) =>
  (await delivery.store.links.load(linkId))?.attention?.code ?? null;

/** Links with a message on their page whose answer was lost, the first one the longest ago. */
async function linkManyLost(count: number): Promise<Linked[]> {
  const process = delivery.createProcess();
  const links: Linked[] = [];
  for (let index = 0; index < count; index += 1) {
    const linked = await delivery.link(`+4917012${String(10_000 + index)}`);
    await delivery.say(linked, `hello ${index}`);
    links.push(linked);
  }
  while ((await delivery.store.outbox.model.countDocuments()) > 0) await delivery.run(process, links);
  for (const [index, linked] of links.entries()) {
    const sentAt = new Date(Date.now() - 600_000 + index * 1_000);
    const lost = { state: 'sending', sentAt, firstSentAt: sentAt, commentId: null, deliveredAt: null };
    const _id = (await entryOf(linked))?._id ?? '';
    await delivery.store.entries.model.updateOne({ _id }, { $set: lost });
  }
  delivery.portal.resetStats();
  return links;
}

const lookNow = () => delivery.store.entries.model.updateMany({}, { $set: { lookAgainAt: new Date(0) } });

test('a page that the portal does not show fails its own entry only, which waits with a word until it is shown', async () => {
  const [unread, ...others] = await linkManyLost(3);
  if (!unread) throw new Error('no link');
  const setAside: string[] = [];
  const process = delivery.createProcess({ onSetAside: (kind) => void setAside.push(kind) });
  delivery.portal.setFaults([{ ...refusal, command: 0 }]);
  const rounds = await delivery.run(process, [unread, ...others]);
  expect(rounds.filter((round) => round instanceof Error)).toEqual([]);
  for (const other of others) expect(await entryOf(other)).toMatchObject({ state: 'delivered' });
  expect(await entryOf(unread)).toMatchObject({ state: 'sending', lookAgainWhy: 'page_unreadable' });
  expect(await attentionOf(unread)).toBe('page_unreadable');
  expect(setAside).toEqual(['entry']);
  delivery.portal.setFaults([]);
  await lookNow();
  await delivery.run(process, [unread]);
  expect(await entryOf(unread)).toMatchObject({ state: 'delivered' });
  expect(await attentionOf(unread)).toBeNull();
  expect(delivery.portal.stats().writes).toEqual([]);
});

test('the pause of a page that is never shown grows with the time it has been unknown, to an hour', async () => {
  const [unread] = await linkManyLost(1);
  if (!unread) throw new Error('no link');
  const process = delivery.createProcess();
  delivery.portal.setFaults([refusal]);
  const pauses: number[] = [];
  for (const minutesAgo of [10, 20, 40, 80, 600]) {
    const sentAt = new Date(Date.now() - minutesAgo * 60_000);
    await delivery.store.entries.model.updateMany({}, { $set: { sentAt, lookAgainAt: null } });
    await delivery.run(process, [unread]);
    const { lookAgainAt } = (await entryOf(unread)) ?? {};
    pauses.push(Math.round(((lookAgainAt?.getTime() ?? 0) - Date.now()) / 60_000));
  }
  expect(pauses).toEqual([10, 20, 40, 60, 60]);
});

test('fifty pages that are not shown leave the search to the entries behind them', async () => {
  const links = await linkManyLost(51);
  const last = links.at(-1);
  if (!last) throw new Error('no link');
  const process = delivery.createProcess();
  delivery.portal.setFaults([{ ...refusal, times: 50 }]);
  await delivery.run(process, links.slice(0, 1));
  expect(await delivery.store.entries.model.countDocuments({ lookAgainWhy: 'page_unreadable' })).toBe(50);
  await delivery.run(process, [last]);
  expect(await entryOf(last)).toMatchObject({ state: 'delivered' });
  expect(reads()).toBe(2);
});

test('a change of contact waits for a page that is not shown', async () => {
  const [linked] = await linkManyLost(1);
  if (!linked) throw new Error('no link');
  const process = delivery.createProcess();
  delivery.portal.setFaults([refusal]);
  const change = { kind: 'unlink', crmContactId: null, entries: 'keep', remember: false } as const;
  await delivery.store.links.requestChange(linked.linkId, { ...change, operationId: 'o' });
  await expect(runActivity(process.changeLink, { linkId: linked.linkId })).rejects.toThrow();
  delivery.portal.setFaults([]);
  expect(await runActivity(process.changeLink, { linkId: linked.linkId })).toMatchObject({ finished: true });
});
