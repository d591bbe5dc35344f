import { setTimeout as sleep } from 'node:timers/promises';
import { administrator } from '../../../domain/access';
import type { EntryDoc } from '../../../store/delivery/entries';
import { newId } from '../../../store/connection';
import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();
const add = 'crm.timeline.comment.add';

async function ask(linked: Linked, crmContactId: number | null, operationId = newId()): Promise<void> {
  const asked = await delivery.store.links.requestChange(linked.linkId, {
    ...{ kind: crmContactId === null ? 'unlink' : 'changeContact', crmContactId },
    ...{ entries: 'move', remember: false, operationId, who: administrator },
  });
  if (!asked) throw new Error('no change');
}

/** A link with one planned entry, which a process that died left. */
async function planOne(): Promise<Linked> {
  const linked = await delivery.link();
  await delivery.say(linked, 'hello');
  delivery.portal.setFaults([{ kind: 'dropBefore', method: add }]);
  await delivery.run(delivery.createProcess(), [linked]);
  delivery.portal.setFaults([]);
  const [entry] = await delivery.entries(linked);
  if (!entry || !(await delivery.store.entries.putBack(entry, {}))) throw new Error('no planned entry');
  return linked;
}

/** Another process claims the planned entry right before it is turned, and its comment comes to the old contact's page. */
function claimBefore(turn: 'repin' | 'cancel', linked: Linked): () => Promise<EntryDoc> {
  const { entries } = delivery.store;
  const turned = (entries[turn] as (...args: unknown[]) => Promise<boolean>).bind(entries);
  let claimed: EntryDoc | undefined;
  entries[turn] = async (...args: unknown[]) => {
    if (!claimed) {
      [claimed] = await delivery.entries(linked);
      if (claimed) await entries.beginSending(claimed, new Date());
    }
    return turned(...args);
  };
  return async () => {
    const [sending] = await delivery.entries(linked);
    if (!claimed || !sending) throw new Error('nothing was claimed');
    const fields = { ENTITY_ID: linked.contactId, ENTITY_TYPE: 'contact', COMMENT: sending.text };
    await fetch(`${delivery.portal.webhookUrl}${add}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fields }),
    });
    return sending;
  };
}

test.each([
  ['a change of contact', 'repin', true],
  ['an end', 'cancel', false],
] as const)(
  '%s waits for an entry that was claimed while it was turned, and finds it on the page',
  async (_what, turn, isMoved) => {
    const linked = await planOne();
    const other = isMoved ? delivery.portal.addContact({ name: 'Klaus again' }) : null;
    await ask(linked, other);
    const goOnClaimed = claimBefore(turn, linked);
    const process = delivery.createProcess();
    const waits = await runActivity(process.changeLink, { linkId: linked.linkId });
    expect(waits).toMatchObject({ finished: false, state: isMoved ? 'linked' : 'unlinking' });
    expect(waits.retryAfterMs).toBeGreaterThan(0);
    expect((await delivery.store.links.load(linked.linkId))?.change).not.toBeNull();
    const sending = await goOnClaimed();
    expect(sending).toMatchObject({ state: 'sending', crmContactId: linked.contactId });
    await delivery.waitOut();
    expect(await runActivity(process.changeLink, { linkId: linked.linkId })).toMatchObject({
      finished: true,
    });
    expect(await delivery.entries(linked)).toMatchObject([
      { state: 'delivered', crmContactId: other ?? linked.contactId },
    ]);
    expect(delivery.told(other ?? linked.contactId)).toEqual(['hello']);
  },
);

test('a change takes turns with a round of its link: what the round sends is known when the change begins', async () => {
  const linked = await delivery.link();
  await delivery.say(linked, 'hello');
  const other = delivery.portal.addContact({ name: 'Klaus again' });
  const process = delivery.createProcess();
  delivery.portal.setFaults([{ kind: 'slow', method: add, delayMs: 300 }]);
  const round = delivery.run(process, [linked]);
  while ((await delivery.entries(linked))[0]?.state !== 'sending') await sleep(10);
  await ask(linked, other);
  expect(await runActivity(process.changeLink, { linkId: linked.linkId })).toMatchObject({ finished: true });
  await round;
  expect(delivery.told(other)).toEqual(['hello']);
  expect(await delivery.entries(linked)).toMatchObject([{ state: 'delivered', crmContactId: other }]);
});

test('a contact that a person chose is linked as everywhere, with who chose it', async () => {
  const linked = await delivery.link();
  const other = delivery.portal.addContact({ name: 'Klaus again' });
  await ask(linked, other);
  await runActivity(delivery.createProcess().changeLink, { linkId: linked.linkId });
  expect(await delivery.store.links.load(linked.linkId)).toMatchObject({
    ...{ crmContactId: other, change: null },
    decision: { rule: 'chosen by a person', by: 'person', who: administrator },
  });
});

test.each([
  ['cannot be read', (contactId: number) => delivery.portal.setSettings({ hiddenContacts: [contactId] })],
  ['does not exist', (contactId: number) => delivery.portal.deleteContact(contactId)],
])('a change to a contact that %s says so, and nothing moves', async (reason, lose) => {
  const linked = await delivery.link();
  const other = delivery.portal.addContact({ name: 'Klaus again' });
  const { portalId, store } = delivery;
  const { linkId } = linked;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'changeContact' });
  await ask(linked, other, operation._id);
  lose(other);
  const changed = await runActivity(delivery.createProcess().changeLink, { linkId });
  expect(changed).toMatchObject({ finished: true, state: 'linked' });
  expect(await store.operations.load(operation._id)).toMatchObject({
    ...{ state: 'failed', reason: `The chosen contact ${reason} in Bitrix24.` },
  });
  const link = await store.links.load(linkId);
  expect(link).toMatchObject({ crmContactId: linked.contactId, change: null });
});
