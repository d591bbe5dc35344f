import { sweepParked } from '../../../activities/watch/sweep-parked';
import { loadLinkCards } from '../../../api/cards/link-card';
import { listLinks } from '../../../store/links/link-list';
import { useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();

/** A sweep of a portal that has very many parked links. Gives those that it woke. */
async function sweep(): Promise<string[]> {
  const { store, portalId } = delivery;
  const links = { ...store.links, countParked: () => Promise.resolve(100_000) };
  const deps = { store: { ...store, links }, settings: { backupIntervalMs: 3 * minute } };
  const woken: string[] = [];
  const wake = (some: readonly { _id: string }[]) =>
    Promise.resolve(woken.push(...some.map(({ _id }) => _id)));
  await sweepParked(deps, portalId, new Date(), wake);
  return woken;
}

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
  await delivery.say(waiting, 'waits');
  const startedAt = new Date();

  expect(await sweep()).toEqual([waiting.linkId]);

  expect((await load(quiet)).lastCheckedAt?.getTime()).toBeLessThan(ago(9).getTime());
  const checkedAt = (await store.portals.findParkedChecks([portalId])).get(portalId)?.checkedAt;
  expect(checkedAt?.getTime()).toBeGreaterThanOrEqual(startedAt.getTime());
  expect(await clocksOf(quiet)).toMatchObject({ lastSyncAt: checkedAt, lastCheckedAt: checkedAt });
  // Not what has something waiting: it is as it was.
  expect((await clocksOf(waiting))?.lastSyncAt?.getTime()).toBeLessThan(ago(9).getTime());
});

test('a parked link whose stamp is old is stamped also among very many, unless something waits for it', async () => {
  const old = await park(130);
  const waiting = await park(130);
  await delivery.say(waiting, 'waits');
  await sweep();
  expect((await load(old)).lastCheckedAt?.getTime()).toBeGreaterThan(ago(1).getTime());
  expect((await load(waiting)).lastCheckedAt?.getTime()).toBeLessThan(ago(1).getTime());
});

test('parked links that sweeps look at are not listed as behind, however old their stamps may be by themselves', async () => {
  const quiet = await park(10);
  const lost = await park(300);
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

test('a parked link is woken for what it missed of a group', async () => {
  const { store, portalId } = delivery;
  const missing = await park(10);
  const quiet = await park(10);
  const link = await load(missing);
  const chatId = 'group-chat';
  const at = ago(10);
  const enter = { portalId, chatId, at };
  await store.members.enter([
    { ...enter, personId: link.personId },
    { ...enter, personId: (await load(quiet)).personId },
  ]);
  await store.members.noteMissed(chatId, [link.personId]);
  expect(await sweep()).toEqual([missing.linkId]);
});
