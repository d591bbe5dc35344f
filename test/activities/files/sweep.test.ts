import type { Fetched } from '../../../intake/files/fetch-file';
import { fetchFile } from '../../../intake/files/fetch-file';
import { runActivity, useDelivery } from '../../scenes/delivery';
import { bring, pageOf, sayFile, untilTold } from './scene';

const delivery = useDelivery();
const add = 'crm.timeline.comment.add';
const past = new Date(1_000);
const due = (mediaId: string) =>
  delivery.store.media.model.updateOne({ _id: mediaId }, { $set: { nextAt: past } });
const sweep = (process = delivery.createProcess()) =>
  runActivity(process.sweepPortal, { portalId: delivery.portalId });
const waha = { kind: 'waha', url: null, chatId: 'c', messageId: 'm' } as const;

test('what the portal refused goes without its file, says so, and the file goes again alone', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  const file = await sayFile(delivery, linked);
  await bring(delivery, file, 'bytes');
  delivery.portal.setFaults([
    { kind: 'refuse', method: add, error: 'INVALID_ARG_VALUE', error_description: 'field FILES: bad type' },
  ]);
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked)).toEqual([
    {
      lines: ['(image, 5 bytes) photo.jpg', '✕ file not stored: photo.jpg, 5 bytes: Bitrix24 refused it'],
      files: [],
    },
  ]);
  await due(file._id);
  await sweep();
  await delivery.say(linked, 'next');
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked).slice(1)).toEqual([
    { lines: ['file of CLOCK: photo.jpg, 5 bytes'], files: ['photo.jpg'] },
    { lines: ['next'], files: [] },
  ]);
});

test('a refusal that is not understood is asked about first, and the second time the file stays out', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  await bring(delivery, await sayFile(delivery, linked), 'bytes');
  const odd = { kind: 'refuse', method: add, error: '', error_description: 'Disk quota', times: 2 } as const;
  delivery.portal.setFaults([odd]);
  await delivery.run(process, [linked]);
  await delivery.store.entries.model.updateMany({}, { $set: { notBefore: null } });
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked)[0]?.lines.at(-1)).toMatch(/^✕ file not stored: .*: Bitrix24 refused it$/);
});

test('after five refusals a file is set aside for good, and stays with us', async () => {
  const linked = await delivery.link();
  const file = await sayFile(delivery, linked);
  await bring(delivery, file, 'bytes');
  for (let tries = 0; tries < 5; tries += 1) {
    const media = await delivery.store.media.load(file._id);
    if (media?.state === 'refused') await delivery.store.media.offerAgain(media);
    const current = await delivery.store.media.load(file._id);
    const isLast = tries === 4;
    const nextAt = isLast ? null : new Date(Date.now() + 60_000);
    if (current) await delivery.store.media.refuse(current, 'portal_dropped', nextAt);
  }
  const end = await delivery.store.media.load(file._id);
  expect(end).toMatchObject({ state: 'refused', nextAt: null, tries: 5 });
  expect(await delivery.store.contents.open(end?.hash ?? '')).not.toBeNull();
});

test('what its source never sent is told as lost after its time, and taken when it comes after all', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  const file = await sayFile(delivery, linked);
  await untilTold(delivery, process, linked);
  await due(file._id);
  await sweep();
  await untilTold(delivery, process, linked);
  await bring(delivery, file, 'bytes');
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked)).toEqual([
    { lines: ['(image) photo.jpg (file follows)'], files: [] },
    { lines: ['file of CLOCK: file not stored: photo.jpg: the source did not send it'], files: [] },
    { lines: ['file of CLOCK: photo.jpg, 5 bytes'], files: ['photo.jpg'] },
  ]);
});

test('a process that died after the bytes leaves the row to the sweep', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  const file = await sayFile(delivery, linked);
  await untilTold(delivery, process, linked);
  async function* bytes() {
    yield await Promise.resolve(Buffer.from('bytes'));
  }
  const content = await delivery.store.contents.save(bytes(), { maxBytes: 10 });
  await delivery.store.media.keep(file, { ...content, mimeType: null });
  expect(await delivery.store.outbox.countOfPortal(delivery.portalId)).toBe(0);
  await delivery.store.media.model.updateOne({ _id: file._id }, { $set: { toRouteAt: past } });
  await sweep();
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked)[1]?.files).toEqual(['photo.jpg']);
});

test('a source that says "gone" is believed after some tries; one that is away, after a day', async () => {
  const linked = await delivery.link();
  const { store } = delivery;
  const answer = (kind: 'gone' | 'away') => () => Promise.resolve<Fetched>({ kind });
  const file = await sayFile(delivery, linked, { media: { source: waha } });
  const states: (string | undefined)[] = [];
  for (let tries = 0; tries < 4; tries += 1) {
    const read = await store.media.load(file._id);
    if (read) await fetchFile(store, read, answer('gone'));
    states.push((await store.media.load(file._id))?.state);
  }
  expect(states).toEqual(['wanted', 'wanted', 'wanted', 'lost']);
  const other = await sayFile(delivery, linked, { media: { source: waha } });
  await fetchFile(store, other, answer('away'));
  expect(await store.media.load(other._id)).toMatchObject({ state: 'wanted', tries: 1 });
  await store.media.model.updateOne({ _id: other._id }, { $set: { createdAt: past, nextAt: past } });
  const [old] = await store.media.listToFetch(delivery.portalId, new Date(), 5);
  if (old) await fetchFile(store, old, answer('away'));
  expect(await store.media.load(other._id)).toMatchObject({
    state: 'lost',
    reason: 'gone_at_source',
    nextAt: null,
  });
});

test('two processes do not fetch one file at once', async () => {
  const linked = await delivery.link();
  const { store } = delivery;
  const file = await sayFile(delivery, linked, { media: { source: waha } });
  let asked = 0;
  const fetch = () => {
    asked += 1;
    return Promise.resolve<Fetched>({ kind: 'away' });
  };
  await Promise.all([1, 2, 3].map(() => fetchFile(store, file, fetch)));
  expect(asked).toBe(1);
});

test('a file is kept until it is long enough on its page; one content of two messages goes with the last', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  const { store } = delivery;
  const [first, second] = [await sayFile(delivery, linked), await sayFile(delivery, linked)];
  const waits = await sayFile(delivery, linked, { name: 'waits.jpg' });
  await bring(delivery, first, 'bytes');
  await bring(delivery, second, 'bytes');
  await untilTold(delivery, process, linked);
  await bring(delivery, waits, 'others');
  const hash = (await store.media.load(first._id))?.hash ?? '';
  const longAgo = (mediaId: string) =>
    store.media.model.updateOne({ _id: mediaId }, { $set: { toldAt: past } });
  await longAgo(first._id);
  await sweep();
  expect(await store.media.load(first._id)).toMatchObject({ state: 'expired', hash: null });
  expect(await store.contents.load(hash)).not.toBeNull();
  await longAgo(second._id);
  await sweep();
  expect(await store.contents.load(hash)).toBeNull();
  expect(await store.media.load(waits._id)).toMatchObject({ state: 'stored', toldAt: null });
});
