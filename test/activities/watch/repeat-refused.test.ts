import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();

const page = ({ contactId }: Linked) => delivery.portal.comments(contactId).map(({ text }) => text);
const sweep = (process = delivery.createProcess()) =>
  runActivity(process.sweepPortal, { portalId: delivery.portalId });

/** As if it had been refused by the version before this one. */
const upgrade = () =>
  delivery.store.entries.model.updateMany({ placeholder: true }, { $set: { 'refused.textRules': 0 } });

async function refused(): Promise<Linked> {
  const linked = await delivery.link();
  await delivery.say(linked, 'refused by mistake');
  const refuse = { kind: 'refuse', error: 'INVALID_ARG_VALUE', error_description: 'No.' } as const;
  delivery.portal.setFaults([{ ...refuse, method: 'crm.timeline.comment.add', command: 0 }]);
  await delivery.run(delivery.createProcess(), [linked]);
  delivery.portal.setFaults([]);
  expect(delivery.told(linked.contactId)).toEqual([]);
  expect(page(linked)).toEqual([expect.stringMatching(/INVALID_ARG_VALUE/)]);
  return linked;
}

test('after an upgrade what was refused is said again as it was, once', async () => {
  const linked = await refused();
  await sweep();
  await delivery.run(delivery.createProcess(), [linked]);
  expect(page(linked)).toHaveLength(1);
  await upgrade();
  await sweep();
  await delivery.run(delivery.createProcess(), [linked]);
  await sweep();
  await delivery.run(delivery.createProcess(), [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['refused by mistake']);
  expect(page(linked)).toHaveLength(2);
});

test('a crash between planning it and noting that it was tried says it once', async () => {
  const linked = await refused();
  await upgrade();
  await sweep();
  await upgrade();
  await sweep();
  await delivery.run(delivery.createProcess(), [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['refused by mistake']);
});

test('what was refused stays as it is when its link has ended', async () => {
  const linked = await refused();
  await upgrade();
  await delivery.store.links.model.updateOne({ _id: linked.linkId }, { $set: { state: 'unlinked' } });
  await sweep();
  expect(await delivery.entries(linked)).toMatchObject([{ state: 'delivered', placeholder: true }]);
});
