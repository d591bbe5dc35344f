import { useDelivery, type Linked } from '../../scenes/delivery';
import { sayInGroup } from '../../scenes/group';
import { changeLink } from './change-link';

const delivery = useDelivery();
const remove = { kind: 'unlink', entries: 'remove', crmContactId: null } as const;

/** Staff merges the contact into another one, and the link follows it there, as the watch has it do. */
async function merge(linked: Linked, into: number): Promise<void> {
  delivery.portal.mergeContact(linked.contactId, into);
  await changeLink(delivery, linked, { kind: 'changeContact', entries: 'keep', crmContactId: into });
}

test('what came along with a merged contact is removed from the page of the one that is left', async () => {
  const linked = await delivery.link();
  const survivor = delivery.portal.addContact({ name: 'Survivor', phones: [] });
  await delivery.say(linked, 'between us');
  await delivery.run(delivery.createProcess(), [linked]);
  await merge(linked, survivor);
  expect(delivery.told(survivor)).toEqual(['between us']);
  await changeLink(delivery, linked, remove);
  expect(delivery.told(survivor)).toEqual([]);
});

test('of two members whose contacts were merged, the page keeps the group until both are removed', async () => {
  const process = delivery.createProcess();
  const [account] = await delivery.store.accounts.list();
  const [ana, ben] = [await delivery.link(), await delivery.link()];
  if (account)
    await sayInGroup(delivery.store, account, { text: 'a', by: ana.phone }, { text: 'b', by: ben.phone });
  await delivery.run(process, [ana]);
  await merge(ben, ana.contactId);
  await changeLink(delivery, ana, remove);
  expect(delivery.told(ana.contactId)).toEqual(['a', 'b']);
  await changeLink(delivery, ben, remove);
  expect(delivery.told(ana.contactId)).toEqual([]);
});
