import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();

const add = 'crm.timeline.comment.add';
const many = 12;

async function linkAll(count: number): Promise<Linked[]> {
  const links: Linked[] = [];
  for (let index = 0; index < count; index += 1) {
    const linked = await delivery.link(`+4917014${String(10_000 + index)}`);
    await delivery.say(linked, `hello ${index}`);
    links.push(linked);
  }
  return links;
}

/** A round of each link, then all that a sweep does about contacts. */
async function roundAndFollow(links: readonly Linked[]): Promise<void> {
  const process = delivery.createProcess();
  await delivery.run(process, links);
  await delivery.store.links.model.updateMany({}, { $set: { contactSeenAt: new Date(0) } });
  const { portalId } = delivery;
  await runActivity(process.followCrm, { portalId });
  await runActivity(process.resolveDoubts, { portalId });
}

const loadAll = (links: readonly Linked[]) =>
  Promise.all(links.map(({ linkId }) => delivery.store.links.load(linkId)));
const portalCode = async () => (await delivery.store.portals.load(delivery.portalId))?.attention?.code;
const reviews = () => delivery.store.reviews.model.countDocuments();

test.each([
  ['OWNER_NOT_FOUND', 'Owner was not found.'],
  ['', 'Owner was not found.'],
  ['', 'Not found.'],
])(
  'pages refused with "%s" "%s" move no link whose contact is there, and the portal says so',
  async (...said) => {
    const [error, error_description] = said;
    const links = await linkAll(many);
    for (const { phone } of links) delivery.portal.addContact({ name: 'Twin', phones: [phone] });
    delivery.portal.setFaults([{ kind: 'refuse', method: add, times: -1, error, error_description }]);
    await roundAndFollow(links);
    for (const [index, link] of (await loadAll(links)).entries()) {
      const { contactId: crmContactId } = links[index] as Linked;
      expect(link).toMatchObject({ ...{ crmContactId, change: null, doubt: null }, rhythm: 'rounds' });
      expect(link?.attention?.code).toBe('refusal_unclear');
    }
    expect(await reviews()).toBe(0);
    expect(await portalCode()).toBe('refusal_unclear');
  },
);

test('a few refused pages are told by their links alone, and the portal no more once most are taken again', async () => {
  const links = await linkAll(many);
  const refuse = { kind: 'refuse', method: add, error: 'OWNER_NOT_FOUND' } as const;
  delivery.portal.setFaults([{ ...refuse, times: many }]);
  await roundAndFollow(links);
  expect(await portalCode()).toBe('refusal_unclear');
  const now = { notBefore: new Date(0), sentAt: new Date(0) };
  await delivery.store.entries.model.updateMany({ state: 'sending' }, { $set: now });
  delivery.portal.setFaults([{ ...refuse, times: 3 }]);
  await roundAndFollow(links);
  await roundAndFollow(links);
  expect((await loadAll(links)).filter((link) => link?.attention !== null)).toHaveLength(3);
  expect(await portalCode()).toBeUndefined();
});

test('one contact that is truly gone still takes its link to the one that has the number', async () => {
  const [gone, ...others] = (await linkAll(many)) as [Linked, ...Linked[]];
  delivery.portal.deleteContact(gone.contactId);
  const successor = delivery.portal.addContact({ name: 'Successor', phones: [gone.phone] });
  await roundAndFollow([gone, ...others]);
  const [moved, ...stayed] = await loadAll([gone, ...others]);
  expect(moved?.change).toMatchObject({ kind: 'changeContact', crmContactId: successor });
  expect(stayed.every((link) => link?.attention === null && link.change === null)).toBe(true);
  expect(await portalCode()).toBeUndefined();
});

test('a link that says its contact is gone, which is there, is put in no doubt and says so no more', async () => {
  const [linked] = (await linkAll(1)) as [Linked];
  const attention = { code: 'contact_gone', advice: 'x', since: new Date().toISOString() };
  await delivery.store.links.setAttention(linked.linkId, attention);
  await runActivity(delivery.createProcess().followCrm, { portalId: delivery.portalId });
  expect((await loadAll([linked]))[0]).toMatchObject({ attention: null, doubt: null, rhythm: 'rounds' });
});

test('many contacts that say themselves that they are gone move no link', async () => {
  const links = await linkAll(many);
  for (const { phone } of links) delivery.portal.addContact({ name: 'Twin', phones: [phone] });
  const refuse = { kind: 'refuse', times: -1, error: 'NOT_FOUND' } as const;
  for (const { contactId } of links) delivery.portal.deleteContact(contactId);
  delivery.portal.setFaults([{ ...refuse, method: add }]);
  await roundAndFollow(links);
  for (const link of await loadAll(links))
    expect(link).toMatchObject({ change: null, doubt: { isOneOfMany: true } });
  expect(await reviews()).toBe(many);
});
