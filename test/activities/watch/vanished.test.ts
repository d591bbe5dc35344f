import { followCrm } from '../../../activities/watch/follow-crm';
import { eventually, say, useProduct } from '../../scenes/product';
import { countOn, linkedWith, linkOf, reviewOf, startWatch, sweepOnce } from '../../scenes/watch';

const product = useProduct({ settings: { backupIntervalMs: 800 } }, 'test');
const phone = '+491701234567';

/** As if every linked contact had not been looked for since yesterday. */
const forgetSeen = () =>
  product.store.links.model.updateMany({}, { $set: { contactSeenAt: new Date(Date.now() - 86_400_000) } });

async function linkAll(numbers: readonly string[]): Promise<number[]> {
  const ids = numbers.map((e164) => product.portal.addContact({ name: e164, phones: [e164] }));
  for (const [index, peer] of numbers.entries())
    await say(product, { id: `A${index}`, text: 'before', peer });
  await product.startWorker();
  await startWatch(product);
  for (const [index, e164] of numbers.entries()) await linkedWith(product, e164, ids[index] ?? 0);
  return ids;
}

test('a linked contact that may not be read any more keeps its link, which says so, until it can be read', async () => {
  const { portal } = product;
  const [id = 0] = await linkAll([phone]);
  portal.addContact({ name: 'Another', phones: [phone] });
  portal.setSettings({ hiddenContacts: [id] });
  await forgetSeen();
  await followCrm(product.deps, product.portalId);
  expect(await linkOf(product, phone)).toMatchObject({
    ...{ state: 'linked', crmContactId: id, doubt: null, attention: { code: 'contact_unreadable' } },
  });
  await sweepOnce(product);
  expect(await linkOf(product, phone)).toMatchObject({ crmContactId: id, doubt: null, change: null });
  portal.setSettings({ hiddenContacts: [] });
  await forgetSeen();
  await followCrm(product.deps, product.portalId);
  expect(await linkOf(product, phone)).toMatchObject({ crmContactId: id, doubt: null, attention: null });
});

test('a link that a person chose is not moved when its contact is gone: the one that has the number is shown', async () => {
  const [id = 0] = await linkAll([phone]);
  const link = await linkOf(product, phone);
  await product.store.links.model.updateOne({ _id: link?._id ?? '' }, { $set: { 'decision.by': 'person' } });
  const other = product.portal.addContact({ name: 'Other', phones: [phone] });
  product.portal.deleteContact(id);
  await forgetSeen();
  await sweepOnce(product);
  const review = await eventually('the review', () => reviewOf(product, phone));
  expect(review).toMatchObject({ kind: 'ambiguous', candidates: [{ crmContactId: other }] });
  expect(await linkOf(product, phone)).toMatchObject({ crmContactId: id, change: null });
});

test('when many linked contacts vanish at once no link is moved, and the portal asks a person', async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => `+4917012345${String(index + 10)}`);
  const ids = await linkAll(numbers);
  const { portal, store, portalId } = product;
  const others = numbers.map((e164) => portal.addContact({ name: 'Other', phones: [e164] }));
  for (const id of ids) portal.deleteContact(id);
  await forgetSeen();
  await sweepOnce(product);
  for (const [index, e164] of numbers.entries()) {
    expect(await linkOf(product, e164)).toMatchObject({ crmContactId: ids[index], change: null });
    const review = await eventually('the review', () => reviewOf(product, e164));
    expect(review.candidates).toMatchObject([{ crmContactId: others[index] }]);
  }
  expect((await store.portals.load(portalId))?.attention?.code).toBe('contacts_vanished');
  expect(countOn(product, others, 'before')).toBe(0);
});
