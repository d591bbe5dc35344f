import { together, useDelivery, type Linked } from '../../scenes/delivery';
import { eventually } from '../../scenes/product';

const delivery = useDelivery();

const add = 'crm.timeline.comment.add';

const linkThree = (texts: readonly string[]): Promise<Linked[]> =>
  delivery.linkMany(texts.length, (index) => texts[index] ?? '');

const failuresOf = (rounds: readonly unknown[]) => rounds.filter((round) => round instanceof Error);

const page = ({ contactId }: Linked) => delivery.portal.comments(contactId).map(({ text }) => text);

test('a refused text stops no other in its batch, and a sentence stands in its place', async () => {
  const links = await linkThree(['one', 'two', 'three']);
  const refuse = { kind: 'refuse', error: 'INVALID_ARG_VALUE', error_description: 'No.' } as const;
  delivery.portal.setFaults([{ ...refuse, method: add, command: 1 }]);
  await delivery.run(delivery.createProcess(together), links);
  expect(delivery.portal.stats().batchFill).toMatchObject({ '3': 1 });
  const told = links.flatMap(({ contactId }) => delivery.told(contactId));
  expect(told).toHaveLength(2);
  const refused = links.find((linked) => delivery.told(linked.contactId).length === 0);
  expect(refused && page(refused)).toEqual([expect.stringMatching(/INVALID_ARG_VALUE/)]);
  expect(refused && (await delivery.entries(refused))).toMatchObject([
    { state: 'delivered', placeholder: true },
  ]);
});

test('no right on one contact stops no other, and is told by that link with what to do', async () => {
  const links = await linkThree(['one', 'two', 'three']);
  const refuse = { kind: 'refuse', error: 'ACCESS_DENIED', error_description: 'Access denied.' } as const;
  delivery.portal.setFaults([{ ...refuse, method: add, command: 1 }]);
  const process = delivery.createProcess(together);
  expect(failuresOf(await delivery.run(process, links))).toEqual([]);
  expect((await delivery.store.portals.load(delivery.portalId))?.attention).toBeNull();
  const stopped = (await Promise.all(links.map(({ linkId }) => delivery.store.links.load(linkId)))).filter(
    (link) => link?.attention,
  );
  expect(stopped).toMatchObject([{ attention: { code: 'ask_administrator' } }]);
  expect(links.flatMap(({ contactId }) => delivery.told(contactId))).toHaveLength(2);
  await delivery.run(process, links);
  expect(links.map(({ contactId }) => delivery.told(contactId))).toEqual([['one'], ['two'], ['three']]);
});

test('one text that a firewall does not let through stops no other of its batch', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => (index === 13 ? 'drop-table' : `text ${index}`));
  const links = await linkThree(texts);
  delivery.portal.setFaults([{ kind: 'firewall', contains: 'drop-table', times: -1 }]);
  const patient = { ...delivery.settings, writeWindowMs: 10_000 };
  const process = delivery.createProcess({ ...together, settings: patient });
  await delivery.run(process, links);
  expect(delivery.portal.stats().requests).toBeLessThanOrEqual(14);
  // A busy machine leaves those for the next round whose turn came too late.
  await eventually('a comment on every page', async () => {
    const left = links.filter((linked) => page(linked).length === 0);
    await delivery.run(process, left);
    return left.length === 0;
  });
  const told = links.map(({ contactId }) => delivery.told(contactId));
  expect(told.filter((lines) => lines.length === 1)).toHaveLength(19);
  expect(told[13]).toEqual([]);
  const [refused] = links.slice(13, 14);
  expect(refused && page(refused)).toEqual([expect.stringMatching(/HTTP_403/)]);
});

test('a portal whose address answers everything with a page is not asked about each command', async () => {
  const links = await linkThree(Array.from({ length: 20 }, (_, index) => `text ${index}`));
  delivery.portal.setFaults([{ kind: 'firewall', contains: '', times: -1 }]);
  const process = delivery.createProcess(together);
  await delivery.run(process, links);
  // A refusal and a harmless question for each batch that was under way.
  const { requests } = delivery.portal.stats();
  expect(requests).toBeLessThanOrEqual(8);
  await delivery.run(process, links);
  // Where its pause is over meanwhile, one of the twenty tries again.
  expect(delivery.portal.stats().requests).toBeLessThanOrEqual(requests + 2);
  expect((await delivery.store.portals.load(delivery.portalId))?.attention?.code).toBe('ask_administrator');
});

/** As if the pauses of entries of unknown outcome were over. */
const lookNow = () =>
  delivery.store.entries.model.updateMany(
    { state: 'sending' },
    { $set: { notBefore: new Date(0), sentAt: new Date(0) } },
  );

test.each([
  ['', 'Deadlock found when trying to get lock; try restarting transaction'],
  ['ERROR_CORE', 'Ошибка'],
  ['SOME_NEW_CODE', 'Nobody has seen this.'],
])('a refusal with "%s" changes no text, waits, is told, and stops no other', async (error, description) => {
  const links = await linkThree(['one', 'two', 'three']);
  const refuse = { kind: 'refuse', error, error_description: description } as const;
  delivery.portal.setFaults([{ ...refuse, method: add, command: 1, times: 2 }]);
  const process = delivery.createProcess(together);
  expect(failuresOf(await delivery.run(process, links))).toEqual([]);
  expect(links.flatMap(({ contactId }) => delivery.told(contactId))).toHaveLength(2);
  const refused = links.find(({ contactId }) => delivery.told(contactId).length === 0);
  if (!refused) throw new Error('nothing was refused');
  const [waits] = await delivery.entries(refused);
  expect(waits?.notBefore?.getTime()).toBeGreaterThan(Date.now());
  expect((await delivery.store.links.load(refused.linkId))?.attention?.code).toBe('refusal_unclear');
  await lookNow();
  await delivery.run(process, links);
  expect(links.map(({ contactId }) => delivery.told(contactId))).toEqual([['one'], ['two'], ['three']]);
  expect(await delivery.entries(refused)).toMatchObject([{ state: 'delivered', placeholder: false }]);
});

test('a portal that refuses every batch changes no text and is told once', async () => {
  const links = await linkThree(Array.from({ length: 20 }, (_, index) => `text ${index}`));
  const refuse = { kind: 'refuse', error: 'SOME_NEW_CODE', method: 'batch', times: -1 } as const;
  delivery.portal.setFaults([refuse]);
  const process = delivery.createProcess(together);
  await delivery.run(process, links);
  expect(delivery.portal.stats().requests).toBeLessThanOrEqual(8);
  const entries = (await Promise.all(links.map((linked) => delivery.entries(linked)))).flat();
  expect(entries.filter(({ placeholder }) => placeholder)).toEqual([]);
  expect((await delivery.store.portals.load(delivery.portalId))?.attention?.code).toBe('ask_administrator');
});

const attentionOf = async ({ linkId }: Linked) =>
  (await delivery.store.links.load(linkId))?.attention?.code ?? null;

test('a batch that is refused once as a whole changes none of its texts', async () => {
  const links = await linkThree(['one', 'two', 'three']);
  delivery.portal.setFaults([{ kind: 'refuse', method: 'batch', error: 'ERROR_SOMETHING', times: 1 }]);
  await delivery.run(delivery.createProcess(together), links);
  expect(links.map(({ contactId }) => delivery.told(contactId))).toEqual([['one'], ['two'], ['three']]);
});

test('a text that makes the portal refuse its batch waits alone, with its words, and is told', async () => {
  const links = await linkThree(['one', 'two', 'three']);
  delivery.portal.setFaults([{ kind: 'refuse', method: 'batch', error: 'ERROR_SOMETHING', times: 1 }]);
  const [linked] = links as [Linked];
  await delivery.run(delivery.createProcess(), [linked]);
  expect(page(linked)).toEqual([]);
  expect(await attentionOf(linked)).toBe('refusal_unclear');
  const [entry] = await delivery.entries(linked);
  expect(entry?.placeholder).toBe(false);
  expect(entry?.notBefore?.getTime()).toBeGreaterThan(Date.now() + 50_000);
});

test('a firewall that lets no batch through is not taken for a bad text, though single questions pass', async () => {
  const links = await linkThree(['one', 'two', 'three']);
  delivery.portal.setFaults([{ kind: 'firewall', contains: '"cmd"', times: -1 }]);
  const process = delivery.createProcess();
  await delivery.run(process, links);
  for (const linked of links)
    expect((await delivery.entries(linked))[0]).toMatchObject({ placeholder: false });
  expect(links.map(page)).toEqual([[], [], []]);
  expect((await delivery.store.portals.load(delivery.portalId))?.attention?.code).toBe('ask_administrator');
});

test('what a placeholder stands for is said again as it was, once, and counted once', async () => {
  const [linked] = (await linkThree(['one'])) as [Linked];
  delivery.portal.setFaults([{ kind: 'refuse', error: 'INVALID_ARG_VALUE', method: add }]);
  const process = delivery.createProcess();
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual([]);
  const [entry] = await delivery.entries(linked);
  if (!entry?.refused) throw new Error('nothing was refused');
  const plan = () =>
    delivery.store.entries.planAgain(
      { ...entry, refused: entry.refused as NonNullable<typeof entry.refused> },
      { epoch: entry.epoch, crmContactId: entry.crmContactId },
    );
  const planned = await Promise.all([plan(), plan(), plan()]);
  expect(new Set(planned.map((again) => again?._id)).size).toBe(1);
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['one']);
  expect(page(linked)).toHaveLength(2);
  expect((await plan())?._id).toBe(planned[0]?._id);
  expect((await delivery.store.links.load(linked.linkId))?.messagesBackedUp).toBe(1);
});

test('a placeholder that is refused too proves that it never was the text: the words come back', async () => {
  const [linked] = (await linkThree(['one'])) as [Linked];
  delivery.portal.setFaults([{ kind: 'refuse', error: 'INVALID_ARG_VALUE', method: add, times: 2 }]);
  const process = delivery.createProcess();
  await delivery.run(process, [linked]);
  expect(page(linked)).toEqual([]);
  await delivery.waitOut();
  await delivery.store.entries.model.updateMany({}, { $set: { notBefore: new Date() } });
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['one']);
});
