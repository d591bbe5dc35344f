import { toPhoneAlias } from '../../../domain/identity';
import type { LinkDoc } from '../../../store/links/link-schema';
import { runActivity, useDelivery } from '../../scenes/delivery';

const delivery = useDelivery();
const minuteMs = 60_000;

async function askForContact(phone: string): Promise<string> {
  const { store, portalId } = delivery;
  const person = await store.people.findOrCreate(
    portalId,
    { aliases: [toPhoneAlias(phone)], name: null },
    'test',
  );
  const request = { crmContactId: null, createIfMissing: true, name: null, at: new Date() };
  const pending = await store.links.insertPending(portalId, person._id, request);
  if (!pending) throw new Error('this person has a link already');
  return pending._id;
}

async function load(linkId: string): Promise<LinkDoc> {
  const link = await delivery.store.links.load(linkId);
  if (!link) throw new Error('no such link');
  return link;
}

const endPause = (linkId: string) =>
  delivery.store.links.model.updateOne(
    { _id: linkId },
    { $set: { 'creation.refusal.nextAt': new Date(Date.now() - 1) } },
  );
const adds = () => delivery.portal.stats().commands['crm.item.add'] ?? 0;
const requests = () => delivery.portal.stats().requests;
const required = (...fields: string[]) => delivery.portal.setSettings({ requiredContactFields: fields });

test('a refused contact is not asked for again before its pause, and the pause grows', async () => {
  required('ufCrmBranch');
  const { createContact } = delivery.createProcess();
  const linkId = await askForContact('+491712000001');
  const first = await runActivity(createContact, { linkId });
  expect(first).toMatchObject({ kind: 'refused', attention: { code: 'ask_administrator' } });
  const { attention, creation } = await load(linkId);
  expect(attention?.advice).toMatch(
    /UF_CRM_BRANCH.* Next try: \d{4}-\d\d-\d\d \d\d:\d\d UTC, or when you ask\.$/,
  );
  expect(creation?.refusal).toMatchObject({ code: 'fields_required', times: 1 });
  const [asked, addsBefore] = [requests(), adds()];
  for (let wake = 0; wake < 3; wake += 1) {
    const still = await runActivity(createContact, { linkId });
    expect(still).toMatchObject({ kind: 'refused', attention: { code: 'ask_administrator' } });
  }
  expect([requests(), adds()]).toEqual([asked, addsBefore]);
  await endPause(linkId);
  const second = await runActivity(createContact, { linkId });
  expect(second).toMatchObject({ kind: 'refused', attention: { since: attention?.since } });
  if (first.kind !== 'refused' || second.kind !== 'refused') throw new Error('not refused');
  expect([first.retryAfterMs, second.retryAfterMs]).toEqual([minuteMs, 2 * minuteMs]);
});

test('a refused contact is asked for at once when a person asks or the request is another', async () => {
  required('ufCrmBranch');
  const { createContact } = delivery.createProcess();
  const linkId = await askForContact('+491712000002');
  await runActivity(createContact, { linkId });
  const before = adds();
  expect(await runActivity(createContact, { linkId, asked: true })).toMatchObject({ kind: 'refused' });
  expect(adds()).toBeGreaterThan(before);
  required();
  const link = await load(linkId);
  await delivery.store.links.askAgain(link, { ...link.request, name: 'Klaus' });
  expect(await runActivity(createContact, { linkId })).toEqual({ kind: 'created' });
});

test('when what was refused goes through unchanged, the pauses of all other refused contacts are over', async () => {
  required('ufCrmBranch');
  const { createContact } = delivery.createProcess();
  const ids = await Promise.all(['3', '4', '5'].map((digit) => askForContact(`+49171200000${digit}`)));
  for (const linkId of ids) await runActivity(createContact, { linkId });
  required();
  const [first = '', ...others] = ids;
  await endPause(first);
  for (const linkId of [first, ...others])
    expect(await runActivity(createContact, { linkId })).toEqual({ kind: 'created' });
});

test('a refused contact whose number a colleague gave to a contact is looked up with the next wake', async () => {
  required('ufCrmBranch');
  const { createContact, lookUpContact, followCrm } = delivery.createProcess();
  const linkId = await askForContact('+491712000006');
  await runActivity(createContact, { linkId });
  const contactId = delivery.portal.addContact({ name: 'Klaus', phones: ['0171 2000006'] });
  expect(await runActivity(createContact, { linkId })).toMatchObject({ kind: 'refused' });
  await runActivity(followCrm, { portalId: delivery.portalId });
  expect(await runActivity(createContact, { linkId })).toEqual({ kind: 'exists' });
  expect(await runActivity(lookUpContact, { linkId })).toEqual({ kind: 'found' });
  expect((await load(linkId)).crmContactId).toBe(contactId);
});
