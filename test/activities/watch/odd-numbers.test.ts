import { followCrm } from '../../../activities/watch/follow-crm';
import { lookUpNumbers } from '../../../linking/look-up';
import { planLinks } from '../../../linking/link-plan';
import { eventually, say, useProduct } from '../../scenes/product';
import { linesOn, linkedWith, linkOf, reviewOf, startWatch, sweepOnce } from '../../scenes/watch';

const phone = '+491701234567';
const product = useProduct({ settings: { backupIntervalMs: 1_000 } }, 'test');

const rows = async () =>
  (await product.store.oddNumbers.model.find().sort({ crmContactId: 1, e164: 1 }).lean()).map(
    ({ crmContactId, e164 }) => [crmContactId, e164],
  );
/** The contacts were made long before the portal was connected: no change tells of them. */
const wasLongAgo = () => product.portal.setClockOffset(3_600_000);

/** Every form that Bitrix24's own search finds nobody by. */
const odd = [
  ['+49 170 1000001 ext. 12', '+491701000001'],
  ['+49 30 5555555, +49 170 1000002', '+491701000002'],
  ['\uff0b\uff14\uff19 \uff11\uff17\uff10 \uff11\uff10\uff10\uff10\uff10\uff10\uff13', '+491701000003'],
  ['0170 / 1000004 (mobil), 030 / 5555555', '+491701000004'],
  ['Tel. 030 5555555 oder 0170 1000005', '+491701000005'],
] as const;

test('contacts that were there before the portal was connected are found however odd their numbers are', async () => {
  const ids = odd.map(([stored]) => product.portal.addContact({ name: 'Odd', phones: [stored] }));
  wasLongAgo();
  for (const [index, [, peer]] of odd.entries()) {
    await say(product, { id: `A${index}`, text: 'hello', peer });
  }
  await product.startWorker();
  await startWatch(product);
  for (const [index, [, e164]] of odd.entries()) await linkedWith(product, e164, ids[index] ?? 0);
  await eventually('the backups', () => ids.every((id) => linesOn(product, id).length === 1));
});

test('whoever waits is linked when a card gets the number in an odd form, and held when it goes', async () => {
  await say(product, { id: 'A1', text: 'hello' });
  const id = product.portal.addContact({ name: 'Klaus', phones: [] });
  await product.startWorker();
  await startWatch(product);
  await eventually('the review', () => reviewOf(product, phone));
  product.portal.updateContact(id, { phones: ['+49 30 5555555; 0170 1234567'] });
  await sweepOnce(product);
  await linkedWith(product, phone, id);
  expect(await rows()).toEqual([[id, phone]]);
  product.portal.updateContact(id, { phones: ['+49 30 5555555'] });
  await sweepOnce(product);
  expect((await linkOf(product, phone))?.doubt?.code).toBe('number_gone');
  expect(await rows()).toEqual([]);
});

test('the dry run knows odd numbers, and a contact that is gone takes its rows along', async () => {
  const id = product.portal.addContact({ name: 'Klaus', phones: [`${phone} ext. 5`] });
  wasLongAgo();
  await say(product, { id: 'A1', text: 'hello' });
  await followCrm(product.deps, product.portalId);
  const portal = await product.store.portals.load(product.portalId);
  const { contacts } = await product.deps.portalOf(product.portalId);
  if (!portal) throw new Error('no portal');
  const plan = () => planLinks(product.store, contacts, portal, { after: null, limit: 10 });
  expect((await plan()).items).toMatchObject([{ outcome: 'link', candidates: [{ crmContactId: id }] }]);
  product.portal.deleteContact(id);
  expect((await plan()).items).toMatchObject([{ outcome: 'unmatched', candidates: [] }]);
  expect(await rows()).toEqual([]);
});

test('all contacts are read once, fifty pages in a request, and no more when nothing changed', async () => {
  for (let count = 0; count < 2_600; count += 1) product.portal.addContact({ name: 'C', phones: [] });
  const id = product.portal.addContact({ name: 'Odd', phones: [`${phone} ext. 5`] });
  wasLongAgo();
  product.portal.resetStats();
  await followCrm(product.deps, product.portalId);
  // The portal's clock, the changes, the newest page, then two portions.
  expect(product.portal.stats().requests).toBeLessThanOrEqual(5);
  expect(await rows()).toEqual([[id, phone]]);
  expect((await product.store.portals.load(product.portalId))?.oddScan).toMatchObject({ isDone: true });
  product.portal.resetStats();
  await followCrm(product.deps, product.portalId);
  expect(product.portal.stats()).toMatchObject({ requests: 1, commands: { 'crm.item.list': 2 } });
});

test('with another default country all contacts are read again', async () => {
  const id = product.portal.addContact({ name: 'Odd', phones: ['0170 1234567 ext. 5'] });
  await product.store.portals.setPolicies(product.portalId, { defaultCountry: null });
  wasLongAgo();
  await followCrm(product.deps, product.portalId);
  expect(await rows()).toEqual([]);
  await product.store.portals.setPolicies(product.portalId, { defaultCountry: 'DE' });
  await followCrm(product.deps, product.portalId);
  expect(await rows()).toEqual([[id, phone]]);
});

test('trouble while all contacts are read stops no following, and the rest is read with the next sweep', async () => {
  const id = product.portal.addContact({ name: 'Odd', phones: [`${phone} ext. 5`] });
  wasLongAgo();
  // The first two list what changed, the third begins to read all contacts.
  product.portal.setFaults([{ kind: 'refuse', method: 'crm.item.list', after: 2 }]);
  await product.startWorker();
  await startWatch(product);
  await eventually('the trouble', () => product.portal.faults().length === 0);
  await sweepOnce(product);
  expect((await product.store.portals.load(product.portalId))?.oddScan).toMatchObject({ isDone: true });
  expect(await rows()).toEqual([[id, phone]]);
});

test('nobody gets a new contact before all contacts were read once', async () => {
  const { store, portalId } = product;
  await store.portals.setPolicies(portalId, { createMissing: 'always' });
  const portal = await store.portals.load(portalId);
  const { contacts } = await product.deps.portalOf(portalId);
  await say(product, { id: 'A1', text: 'hello' });
  const outcome = async () => {
    const now = await store.portals.load(portalId);
    if (!now) throw new Error('no portal');
    return (await planLinks(store, contacts, now, { after: null, limit: 10 })).items[0]?.outcome;
  };
  expect(portal?.oddScan).toBeNull();
  expect(await outcome()).toBe('unmatched');
  await followCrm(product.deps, portalId);
  expect(await outcome()).toBe('create');
  const [looked] = await lookUpNumbers(contacts, [phone], 'DE');
  expect(looked).toMatchObject({ verdict: { kind: 'unmatched' } });
});
