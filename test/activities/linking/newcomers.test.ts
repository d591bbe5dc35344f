import { administrator } from '../../../domain/access';
import { toPhoneAlias } from '../../../domain/identity';
import { eventually, say, useProduct } from '../../scenes/product';
import { askForLink } from '../../api/links/answers';
import { countOn, linesOn, linkedWith, linkOf, reviewOf, startWatch, sweepOnce } from '../../scenes/watch';

const product = useProduct({ settings: { backupIntervalMs: 1_000 } }, 'test');

test('a chat links itself to the contact that has the number, and what waited is backed up', async () => {
  const id = product.portal.addContact({ name: 'Klaus', phones: ['0170 / 123 45 67'] });
  await say(product, { id: 'A1', text: 'hello' });
  await product.startWorker();
  await startWatch(product);
  const link = await linkedWith(product, '+491701234567', id);
  expect(link.decision).toMatchObject({ by: 'phone', matchedValue: '0170 / 123 45 67' });
  await eventually('the backup', () => linesOn(product, id).length === 1);
  expect(await reviewOf(product, '+491701234567')).toBeNull();
});

test('whoever is found on no card waits in a review, and is linked within one sweep when a card gets the number', async () => {
  await say(product, { id: 'A1', text: 'hello', name: 'Nobody Yet' });
  await product.startWorker();
  await startWatch(product);
  const review = await eventually('the review', () => reviewOf(product, '+491701234567'));
  expect(review).toMatchObject({ kind: 'unmatched', state: 'open', candidates: [], linkId: null });
  expect(await linkOf(product, '+491701234567')).toBeNull();
  const id = product.portal.addContact({ name: 'New', phones: ['+49 170 1234567'] });
  await sweepOnce(product);
  await linkedWith(product, '+491701234567', id);
  await eventually('the backup', () => linesOn(product, id).length === 1);
  expect((await reviewOf(product, '+491701234567'))?.state).toBe('answered');
});

const phone = '+491701234567';
const begin = async () => {
  await product.startWorker();
  await startWatch(product);
};

test('two contacts with one number: a review, no backup and no guess; after the answer what waited arrives', async () => {
  const ids = ['A', 'B'].map((name) => product.portal.addContact({ name, phones: [phone] }));
  await say(product, { id: 'A1', text: 'waits' });
  await begin();
  const review = await eventually('the review', () => reviewOf(product, phone));
  expect(review.kind).toBe('ambiguous');
  expect(review.candidates.map(({ crmContactId, rule }) => [crmContactId, rule])).toEqual(
    ids.map((id) => [id, 'exact number']),
  );
  await sweepOnce(product);
  expect(await linkOf(product, phone)).toBeNull();
  expect(product.portal.stats().commands['crm.timeline.comment.add']).toBeUndefined();
  await askForLink(product, review.personId, { crmContactId: ids[1] ?? 0 });
  await linkedWith(product, phone, ids[1] ?? 0);
  await eventually('the backup', () => countOn(product, ids, 'waits') === 1);
  expect(linesOn(product, ids[0] ?? 0)).toEqual([]);
  expect((await reviewOf(product, phone))?.state).toBe('answered');
});

test('an ignored review stays ignored, also when the CRM changes and the sweep looks again', async () => {
  await say(product, { id: 'A1', text: 'hello' });
  await begin();
  const review = await eventually('the review', () => reviewOf(product, phone));
  await product.store.reviews.ignore(review._id, administrator);
  product.portal.addContact({ name: 'Late', phones: [phone] });
  await sweepOnce(product);
  expect(await linkOf(product, phone)).toBeNull();
  expect((await reviewOf(product, phone))?.state).toBe('ignored');
});

test('with automatic linking off nobody is looked up', async () => {
  await product.store.portals.setPolicies(product.portalId, { autoLink: false });
  product.portal.addContact({ name: 'Klaus', phones: [phone] });
  await say(product, { id: 'A1', text: 'hello' });
  await begin();
  await sweepOnce(product);
  expect(product.portal.stats().commands['crm.duplicate.findbycomm']).toBeUndefined();
  expect(await linkOf(product, phone)).toBeNull();
});

test('who writes first gets a contact where the policy wants it, and who was written to does not', async () => {
  await product.store.portals.setPolicies(product.portalId, { createMissing: 'whenTheyWriteFirst' });
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 13, minute));
  await say(product, { id: 'A2', text: 'our answer', fromMe: true, at: at(2) });
  await say(product, { id: 'A1', text: 'their question', at: at(1) });
  await say(product, { id: 'B1', text: 'our offer', fromMe: true, peer: '+491709999999' });
  await begin();
  const link = await eventually('the link', async () => {
    const one = await linkOf(product, phone);
    return one?.state === 'linked' ? one : null;
  });
  await eventually('the backup', () => linesOn(product, link.crmContactId ?? 0).length === 2);
  expect(link.decision?.by).toBe('created');
  await eventually('the other review', () => reviewOf(product, '+491709999999'));
  expect(product.portal.stats().commands['crm.item.add']).toBe(1);
});

test('a person who said "do not link again" is not linked by the sweep, nor one whose link was ended', async () => {
  const id = product.portal.addContact({ name: 'Klaus', phones: [phone] });
  await say(product, { id: 'A1', text: 'hello' });
  await begin();
  const link = await linkedWith(product, phone, id);
  const { store, portalId } = product;
  const operation = await store.operations.begin({ portalId, linkId: link._id, kind: 'unlink' });
  await store.links.requestChange(link._id, {
    ...{ kind: 'unlink', crmContactId: null, entries: 'keep', remember: false },
    operationId: operation._id,
  });
  await eventually('the end', async () => {
    await sweepOnce(product);
    return (await linkOf(product, phone))?.state === 'unlinked';
  });
  product.portal.updateContact(id, { lastName: 'Renamed' });
  await sweepOnce(product);
  expect((await linkOf(product, phone))?.state).toBe('unlinked');
});

test('ten simultaneous requests for a contact that is missing make one', async () => {
  await product.startWorker();
  const { store, portalId } = product;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const identity = { aliases: [toPhoneAlias(phone)], name: 'Klaus' };
      const person = await store.people.findOrCreate(portalId, identity, 'test');
      return askForLink(product, person._id, { createIfMissing: true });
    }),
  );
  await eventually('the link', async () => (await linkOf(product, phone))?.state === 'linked');
  expect(product.portal.stats().commands['crm.item.add']).toBe(1);
  expect(await store.people.model.countDocuments()).toBe(1);
});

test('a missing contact that the portal refuses is told on the link', async () => {
  product.portal.setSettings({ requiredContactFields: ['ufCrm_1700000000'] });
  await product.startWorker();
  const { store, portalId } = product;
  const person = await store.people.findOrCreate(
    portalId,
    { aliases: [toPhoneAlias(phone)], name: null },
    'test',
  );
  await askForLink(product, person._id, { createIfMissing: true });
  const attention = await eventually('the refusal', async () => (await linkOf(product, phone))?.attention);
  expect(attention.code).toBe('ask_administrator');
});

test('nobody is linked with the rest, and no contact is made, where one with the number cannot be read', async () => {
  const { portal, store, portalId } = product;
  await store.portals.setPolicies(portalId, { createMissing: 'always' });
  const hidden = portal.addContact({ name: 'Hidden', phones: [phone] });
  portal.addContact({ name: 'Seen', phones: [phone] });
  const alone = portal.addContact({ name: 'Alone', phones: ['+491709999999'] });
  portal.setSettings({ hiddenContacts: [hidden, alone] });
  await say(product, { id: 'A1', text: 'one' });
  await say(product, { id: 'B1', text: 'two', peer: '+491709999999' });
  await begin();
  await sweepOnce(product);
  for (const e164 of [phone, '+491709999999']) {
    const review = await eventually('the review', () => reviewOf(product, e164));
    expect(review.reason).toBe('A contact has this number but cannot be read.');
    expect(await linkOf(product, e164)).toBeNull();
  }
  expect(portal.stats().commands['crm.item.add']).toBeUndefined();
});

test('no contact is made of digits that no country has, which an older version took for a number', async () => {
  await product.startWorker();
  const { store, portalId } = product;
  const lost = { aliases: [toPhoneAlias('+192233344455566')], name: 'Klaus' };
  const person = await store.people.findOrCreate(portalId, lost, 'test');
  await askForLink(product, person._id, { createIfMissing: true });
  const review = await eventually('the review', () => reviewOf(product, '+192233344455566'));
  expect(review).toMatchObject({
    kind: 'unmatched',
    reason: 'The phone number of this person is not known.',
  });
  expect(product.portal.stats().commands['crm.item.add']).toBeUndefined();
});
