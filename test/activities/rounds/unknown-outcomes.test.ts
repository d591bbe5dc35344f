import { newId } from '../../../store/connection';
import { eventually } from '../../scenes/product';
import { runActivity, together, useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();

const add = 'crm.timeline.comment.add';
const reads = () => delivery.portal.stats().requestsWith['crm.timeline.comment.list'] ?? 0;

const linkMany = (count: number): Promise<Linked[]> => delivery.linkMany(count, (index) => `hello ${index}`);

test('a lost batch of fifty links is settled with one request, by whichever of two processes comes first', async () => {
  const [one, other] = [delivery.createProcess(together), delivery.createProcess(together)];
  const links = await linkMany(50);
  // A busy machine may make more than one batch of them; all of them are lost, one in its middle.
  delivery.portal.setFaults([
    { kind: 'dropAfter', method: add, command: 4 },
    { kind: 'dropAnswer', method: add, times: -1 },
  ]);
  await delivery.run(one, links);
  await delivery.waitOut();
  delivery.portal.setFaults([]);
  await eventually('every message on its page', async () => {
    await Promise.all([delivery.run(one, links.slice(0, 25)), delivery.run(other, links.slice(25))]);
    return links.every(({ contactId }) => delivery.told(contactId).length > 0);
  });
  expect(reads()).toBe(1);
  links.forEach(({ contactId }, index) => expect(delivery.told(contactId)).toEqual([`hello ${index}`]));
});

test('of several lost batches each is asked about as a whole', async () => {
  const process = delivery.createProcess(together);
  const links = await linkMany(60);
  await delivery.run(process, links);
  await eventually('every comment written', async () => {
    await delivery.run(process, links);
    return delivery.portal.stats().writes.length === 60;
  });
  // As if two batches of thirty had been carried out and their answers lost.
  const { model } = delivery.store.entries;
  const nowMs = Date.now();
  for (const [index, { _id }] of (await model.find().lean()).entries()) {
    const sentAt = new Date(nowMs - (index < 30 ? 60_000 : 50_000));
    const lost = { state: 'sending', sentAt, firstSentAt: sentAt, commentId: null, deliveredAt: null };
    await model.updateOne({ _id }, { $set: lost });
  }
  delivery.portal.resetStats();
  await eventually('every entry settled', async () => {
    await delivery.run(process, links);
    return (await model.countDocuments({ state: 'delivered' })) === 60;
  });
  const { batchFill, writes } = delivery.portal.stats();
  expect(writes).toEqual([]);
  // A question that a busy machine answered too late is asked again, as a whole too.
  expect(Object.keys(batchFill)).toEqual(['30']);
});

test('a portal that gives up on a question of fifty gets smaller ones until it can answer', async () => {
  const quick = { ...delivery.settings, backupIntervalMs: 300 };
  const process = delivery.createProcess({ ...together, settings: quick });
  const links = await linkMany(50);
  await eventually('every comment written', async () => {
    await delivery.run(process, links);
    return delivery.portal.stats().writes.length === 50;
  });
  const { model } = delivery.store.entries;
  const sentAt = new Date(Date.now() - 60_000);
  await model.updateMany({}, { $set: { state: 'sending', sentAt, firstSentAt: sentAt } });
  // Twelve of these are what the portal's 600 ms allow for.
  delivery.portal.setTiming({ defaultTimeMs: { 'crm.timeline.comment.list': 50 }, timeScale: 1 });
  delivery.portal.resetStats();
  await eventually('every entry settled', async () => {
    await delivery.run(process, links);
    return (await model.countDocuments({ state: 'delivered' })) === 50;
  });
  expect(delivery.portal.stats().writes).toEqual([]);
});

test('an entry whose process died before its request is looked for once and sent', async () => {
  const process = delivery.createProcess();
  const [linked] = await linkMany(1);
  if (!linked) throw new Error('no link');
  delivery.portal.setFaults([{ kind: 'dropBefore', method: add }]);
  await delivery.run(process, [linked]);
  await delivery.say(linked, 'second');
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual([]);
  await delivery.waitOut();
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['hello 0', 'second']);
  expect(reads()).toBe(1);
});

test('a comment that others have pushed off the first page is found', async () => {
  const process = delivery.createProcess();
  const [linked] = await linkMany(1);
  if (!linked) throw new Error('no link');
  delivery.portal.setFaults([{ kind: 'dropAnswer', method: add }]);
  await delivery.run(process, [linked]);
  const colleague = (text: string) =>
    fetch(`${delivery.portal.webhookUrl}${add}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        fields: { ENTITY_ID: linked.contactId, ENTITY_TYPE: 'contact', COMMENT: text },
      }),
    });
  for (let note = 0; note < 120; note += 1) await colleague(`note ${note}`);
  await delivery.waitOut();
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['hello 0']);
  expect(reads()).toBe(3);
  expect((await delivery.entries(linked))[0]).toMatchObject({ state: 'delivered', attempt: 1 });
});

test('an entry that went with its contact into another one is found there, and pinned to it', async () => {
  const process = delivery.createProcess();
  const [linked] = await linkMany(1);
  if (!linked) throw new Error('no link');
  delivery.portal.setFaults([{ kind: 'dropAnswer', method: add }]);
  await delivery.run(process, [linked]);
  const survivor = delivery.portal.addContact({ name: 'Klaus W.' });
  delivery.portal.mergeContact(linked.contactId, survivor);
  await delivery.waitOut();
  await delivery.run(process, [linked]);
  expect((await delivery.entries(linked))[0]).toMatchObject({ state: 'delivered', crmContactId: survivor });
  expect(delivery.told(survivor)).toEqual(['hello 0']);
});

test('what certainly did not reach a merged contact waits with a word, and goes to the survivor after a relink', async () => {
  const process = delivery.createProcess();
  const [linked] = await linkMany(1);
  if (!linked) throw new Error('no link');
  delivery.portal.setFaults([{ kind: 'dropBefore', method: add }]);
  await delivery.run(process, [linked]);
  const survivor = delivery.portal.addContact({ name: 'Klaus W.' });
  delivery.portal.mergeContact(linked.contactId, survivor);
  await delivery.waitOut();
  const [round] = await delivery.run(process, [linked]);
  expect(round).toMatchObject({ attention: { code: 'contact_gone' }, pendingMessages: 1 });
  expect((await delivery.entries(linked))[0]).toMatchObject({ state: 'planned' });
  await relink(linked, survivor);
  expect(await runActivity(process.changeLink, { linkId: linked.linkId })).toMatchObject({ finished: true });
  await delivery.run(process, [linked]);
  expect(delivery.told(survivor)).toEqual(['hello 0']);
});

const relink = (linked: Linked, crmContactId: number | null) =>
  delivery.store.links.requestChange(linked.linkId, {
    kind: crmContactId === null ? 'unlink' : 'changeContact',
    crmContactId,
    entries: 'keep',
    remember: false,
    operationId: newId(),
  });

test('an unknown entry of a deleted contact stays unknown without asking again and again, until a relink tells', async () => {
  const process = delivery.createProcess();
  const [linked] = await linkMany(1);
  if (!linked) throw new Error('no link');
  delivery.portal.setFaults([{ kind: 'dropAnswer', method: add }]);
  await delivery.run(process, [linked]);
  delivery.portal.deleteContact(linked.contactId);
  await delivery.waitOut();
  const [round] = await delivery.run(process, [linked]);
  expect(round).toMatchObject({ attention: { code: 'contact_gone' } });
  expect((await delivery.entries(linked))[0]).toMatchObject({ state: 'sending' });
  const before = delivery.portal.stats().requests;
  await delivery.run(process, [linked]);
  await delivery.run(process, [linked]);
  expect(delivery.portal.stats().requests).toBe(before);
  const other = delivery.portal.addContact({ name: 'Klaus again' });
  await relink(linked, other);
  expect(await runActivity(process.changeLink, { linkId: linked.linkId })).toMatchObject({ finished: true });
  await delivery.run(process, [linked]);
  expect(delivery.told(other)).toEqual(['hello 0']);
});

test('an unlink does not wait for ever for an entry that no page can tell of', async () => {
  const process = delivery.createProcess();
  const [linked] = await linkMany(1);
  if (!linked) throw new Error('no link');
  delivery.portal.setFaults([{ kind: 'dropAnswer', method: add }]);
  await delivery.run(process, [linked]);
  delivery.portal.deleteContact(linked.contactId);
  await relink(linked, null);
  const waits = await runActivity(process.changeLink, { linkId: linked.linkId });
  expect(waits).toMatchObject({ finished: false, retryAfterMs: expect.any(Number) });
  await delivery.waitOut();
  expect(await runActivity(process.changeLink, { linkId: linked.linkId })).toMatchObject({ finished: true });
  expect(await delivery.store.links.load(linked.linkId)).toMatchObject({ state: 'unlinked' });
});
