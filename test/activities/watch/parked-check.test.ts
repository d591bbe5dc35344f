import type { Client } from '@temporalio/client';
import { loadLinkCards } from '../../../api/cards/link-card';
import { listLinks } from '../../../store/links/link-list';
import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();

const client = {
  withAbortSignal: <T>(_: AbortSignal, call: () => T): T => call(),
  workflow: { signalWithStart: () => Promise.resolve() },
} as unknown as Client;
const sweep = () =>
  runActivity(delivery.createProcess().sweepPortal, { portalId: delivery.portalId }, client);

const minute = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * minute);

/** A parked link whose own stamp is this old. */
async function park(minutes: number): Promise<Linked> {
  const linked = await delivery.link();
  const at = ago(minutes);
  const { model } = delivery.store.links;
  await model.updateOne(
    { _id: linked.linkId },
    { $set: { rhythm: 'parked', lastCheckedAt: at, lastSyncAt: at, lastTriedAt: at } },
  );
  return linked;
}

const load = async ({ linkId }: Linked) => {
  const link = await delivery.store.links.load(linkId);
  if (!link) throw new Error('the link is gone');
  return link;
};
const clocksOf = async (linked: Linked) =>
  (await loadLinkCards(delivery.store, [await load(linked)]))[0]?.clocks;
const listBehind = async (before: Date) =>
  (await listLinks(delivery.store, { lastSyncBefore: before }, { after: null, limit: 50 })).map(
    ({ _id }) => _id,
  );

/** As the last sweep of a portal with very many would have left it. */
const beMany = (checkedAt: Date) =>
  delivery.store.portals.noteParkedCheck(delivery.portalId, {
    checkedAt,
    links: 100_000,
    intervalMs: 3 * minute,
  });

test('of very many parked links few are stamped, and each is as fresh as the sweep that looked at it', async () => {
  const { store, portalId } = delivery;
  const quiet = await park(10);
  const waiting = await park(10);
  await beMany(ago(3));
  await delivery.say(waiting, 'waits');
  const startedAt = new Date();

  await sweep();

  expect((await load(quiet)).lastCheckedAt?.getTime()).toBeLessThan(ago(9).getTime());
  const checkedAt = (await store.portals.findParkedChecks([portalId])).get(portalId)?.checkedAt;
  expect(checkedAt?.getTime()).toBeGreaterThanOrEqual(startedAt.getTime());
  expect(await clocksOf(quiet)).toMatchObject({ lastSyncAt: checkedAt, lastCheckedAt: checkedAt });
  // Not what has something waiting: it is as it was.
  expect((await clocksOf(waiting))?.lastSyncAt?.getTime()).toBeLessThan(ago(9).getTime());
});

test('a parked link whose stamp is old is stamped also among very many', async () => {
  const old = await park(100);
  await beMany(ago(3));
  await sweep();
  expect((await load(old)).lastCheckedAt?.getTime()).toBeGreaterThan(ago(1).getTime());
});

test('parked links that sweeps look at are not listed as behind, however old their stamps may be by themselves', async () => {
  const quiet = await park(10);
  const lost = await park(100);
  await beMany(new Date());
  expect(await listBehind(ago(5))).toEqual([lost.linkId]);
  // A sweep that looked long ago says nothing of now.
  await delivery.store.portals.model.updateOne(
    { _id: delivery.portalId },
    { $set: { 'parkedCheck.checkedAt': ago(30) } },
  );
  expect((await listBehind(ago(5))).sort()).toEqual([quiet.linkId, lost.linkId].sort());
});

test('an earlier sweep that ends later takes no look back', async () => {
  const { store, portalId } = delivery;
  const later = ago(1);
  await beMany(later);
  await beMany(ago(2));
  expect((await store.portals.findParkedChecks([portalId])).get(portalId)?.checkedAt).toEqual(later);
});
