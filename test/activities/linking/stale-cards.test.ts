import { createContact } from '../../../activities/linking/create-contact';
import { lookUpContact } from '../../../activities/linking/look-up-contact';
import { resolveDoubts } from '../../../activities/linking/resolve-doubts';
import { toPhoneAlias } from '../../../domain/identity';
import { planLinks } from '../../../linking/link-plan';
import type { LinkDoc } from '../../../store/links/link-schema';
import { ingestMessage } from '../../../intake/ingest-message';
import { toIncoming } from '../../helpers/incoming';
import { say, startProduct, type Product } from '../../scenes/product';
import { runActivity } from '../../scenes/delivery';
import { reviewOf } from '../../scenes/watch';

const before = '+491701234567';
const after = '+491707654321';
let product: Product;
let contactId: number;

/** Klaus, linked with the contact, has changed his number: the card does not know. */
beforeEach(async () => {
  product = await startProduct();
  contactId = product.portal.addContact({ name: 'Klaus', phones: [before] });
  await link(before, contactId);
  const numberChange = { from: toPhoneAlias(before), to: [toPhoneAlias(after)] };
  const notice = toIncoming({ id: 'N1', text: 'Klaus changed the number', peer: before });
  await ingestMessage(product.store, product.account, { ...notice, kind: 'system', numberChange }, 'test');
});

afterEach(() => product.close());

async function ask(phone: string, request: Partial<LinkDoc['request']> = {}): Promise<LinkDoc> {
  const { store, portalId } = product;
  const identity = { aliases: [toPhoneAlias(phone)], name: null };
  const person = await store.people.findOrCreate(portalId, identity, 'test');
  const asked = { crmContactId: null, createIfMissing: false, name: null, at: new Date(), ...request };
  const pending = await store.links.insertPending(portalId, person._id, asked);
  if (!pending) throw new Error('this person has a link already');
  return pending;
}

async function link(phone: string, crmContactId: number): Promise<LinkDoc> {
  const { store } = product;
  const { _id } = await ask(phone);
  const decision = { rule: 'test', matchedValue: null, confidence: 1, by: 'phone', at: new Date() } as const;
  await store.links.decide(_id, crmContactId, decision);
  await store.links.markLinked(_id, crmContactId);
  return loadLink(_id);
}

async function loadLink(linkId: string): Promise<LinkDoc> {
  const found = await product.store.links.load(linkId);
  if (!found) throw new Error('no such link');
  return found;
}

test('the dry run promises no link with a card that has the number of somebody who left it', async () => {
  const { store, portalId, deps } = product;
  await say(product, { id: 'B1', text: 'a stranger', peer: before });
  const portal = await store.portals.load(portalId);
  const { contacts } = await deps.portalOf(portalId);
  if (!portal) throw new Error('no portal');
  const { items } = await planLinks(store, contacts, portal, { after: null, limit: 10 });
  expect(items).toMatchObject([
    { e164: before, outcome: 'ambiguous', candidates: [{ crmContactId: contactId }] },
  ]);
  expect(items[0]?.reason).toContain('had this number before');
});

test('a link in doubt is not moved to the card of somebody who left the number: it is held and a person asked', async () => {
  const { store, portalId, portal, deps } = product;
  const own = portal.addContact({ name: 'Stranger', phones: [] });
  const linked = await link(before, own);
  portal.deleteContact(own);
  await store.links.putInDoubt(linked, 'contact_gone', new Date());
  const counts = await runActivity((id: string) => resolveDoubts(deps, id), portalId);
  expect(counts).toEqual({ moved: 0, restored: 0, reviewed: 1 });
  expect(await loadLink(linked._id)).toMatchObject({
    ...{ crmContactId: own, change: null, rhythm: 'paused', doubt: { misses: 1, held: true } },
  });
  const review = await reviewOf(product, before);
  expect(review).toMatchObject({ kind: 'ambiguous', candidates: [{ crmContactId: contactId }] });
  expect(review?.reason).toContain('had this number before');
});

test('who left a number and has it again is no stranger to the card: the link goes on', async () => {
  const { store, portalId, deps } = product;
  const { _id: personId } = (await store.people.findByAlias(portalId, `phone:${after}`)) ?? { _id: '' };
  const again = { kind: 'phone', key: `phone:${before}`, firstSeenAt: new Date(), source: 'test' };
  await store.people.model.updateOne({ _id: personId }, { $set: { aliases: [again] } });
  const klaus = await store.links.findByPerson(portalId, personId);
  if (!klaus) throw new Error('no link');
  await store.links.putInDoubt(klaus, 'number_gone', new Date());
  // Without a client nothing is woken, and the next sweep does: the link is written before.
  await runActivity((id: string) => resolveDoubts(deps, id), portalId);
  expect(await loadLink(klaus._id)).toMatchObject({ crmContactId: contactId, doubt: null });
  expect(await reviewOf(product, before)).toBeNull();
});

test('a new contact that a person asked for despite such a card is made, and asked for once', async () => {
  const { deps, portal } = product;
  const { _id } = await ask(before, { createIfMissing: true, despiteCandidates: true });
  expect(await lookUpContact(deps, _id)).toEqual({ kind: 'create' });
  expect(await createContact(deps, _id)).toEqual({ kind: 'created' });
  expect((await loadLink(_id)).crmContactId).not.toBe(contactId);
  expect(portal.stats().commands['crm.item.add']).toBe(1);
});
