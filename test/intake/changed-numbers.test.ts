import { toPhoneAlias } from '../../domain/identity';
import { ingestMessage } from '../../intake/ingest-message';
import { toIncoming } from '../helpers/incoming';
import { eventually, say, useProduct } from '../scenes/product';
import { countOn, linkedWith, linkOf, reviewOf, startWatch, sweepOnce } from '../scenes/watch';

const before = '+491701234567';
const after = '+491707654321';
const product = useProduct({ settings: { backupIntervalMs: 800 } }, 'test');
let contactId: number;

beforeEach(async () => {
  contactId = product.portal.addContact({ name: 'Klaus', phones: [before] });
  await say(product, { id: 'A1', text: 'before', peer: before });
  await product.startWorker();
  await startWatch(product);
  await linkedWith(product, before, contactId);
  await changeNumber();
});

/** WhatsApp tells that whoever had the one number has the other one now. */
async function changeNumber(): Promise<void> {
  const { store, account } = product;
  const numberChange = { from: toPhoneAlias(before), to: [toPhoneAlias(after)] };
  const notice = toIncoming({ id: 'N1', text: 'Klaus changed the number', peer: before });
  await ingestMessage(store, account, { ...notice, kind: 'system', numberChange }, 'test');
}

test('who changes the number stays linked, though the CRM still has the old one', async () => {
  product.portal.updateContact(contactId, { name: 'Klaus K.' });
  await sweepOnce(product);
  expect(await linkOf(product, after)).toMatchObject({
    ...{ state: 'linked', crmContactId: contactId, doubt: null, rhythm: 'rounds' },
  });
  await say(product, { id: 'A2', text: 'from the new number', peer: after });
  await eventually(
    'the message on the page',
    () => countOn(product, [contactId], 'from the new number') === 1,
  );
});

test('a contact that has neither number any more puts the link in doubt', async () => {
  product.portal.updateContact(contactId, { phones: ['+49 30 1234567'] });
  await sweepOnce(product);
  expect(await linkOf(product, after)).toMatchObject({ doubt: { code: 'number_gone' } });
});

test('who has the old number now is not taken for the one who left it: a person decides', async () => {
  await say(product, { id: 'B1', text: 'a stranger', peer: before });
  await sweepOnce(product);
  const review = await eventually('the review', () => reviewOf(product, before));
  expect(review).toMatchObject({ kind: 'ambiguous', candidates: [{ crmContactId: contactId }] });
  expect(review.reason).toContain('had this number before');
  expect((await linkOf(product, before))?.state ?? 'none').not.toBe('linked');
  expect(countOn(product, [contactId], 'a stranger')).toBe(0);
});

test('once the card has the new number only, the old one is free for another contact', async () => {
  product.portal.updateContact(contactId, { phones: [after] });
  const other = product.portal.addContact({ name: 'New owner', phones: [before] });
  await say(product, { id: 'B1', text: 'a stranger', peer: before });
  await sweepOnce(product);
  await linkedWith(product, before, other);
  expect(await linkOf(product, after)).toMatchObject({ state: 'linked', crmContactId: contactId });
});
