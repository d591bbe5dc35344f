import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { useStore } from '../../scenes/store';

const store = useStore();
const bytesOf = (text: string): Buffer => Buffer.from(text);
const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
async function* streamOf(...chunks: Buffer[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
const countChunks = (): Promise<number> =>
  store.contents.model.db.collection('media_files.chunks').countDocuments();
const usual = { maxBytes: 10_000_000 };

test('bytes come back as they were, over many chunks', async () => {
  const bytes = Buffer.alloc(3_456_789, 'abcdefg');
  const { hash, sizeBytes } = await store.contents.save(
    streamOf(bytes.subarray(0, 7), bytes.subarray(7)),
    usual,
  );
  expect({ hash, sizeBytes }).toEqual({ hash: hashOf(bytes), sizeBytes: bytes.length });
  const stream = await store.contents.open(hash);
  expect(stream && (await buffer(stream)).equals(bytes)).toBe(true);
});

test('bytes are read from any place to any other', async () => {
  const bytes = Buffer.alloc(2_345_678, 'abcdefg');
  const { hash } = await store.contents.save(streamOf(bytes), usual);
  const ranges = await store.contents.openRanges(hash);
  for (const [from, to] of [
    [0, 4],
    [999_990, 1_000_010],
    [2_345_600, 2_345_678],
    [5, 2_345_000],
  ] as const)
    expect(ranges && (await buffer(ranges.read(from, to))).equals(bytes.subarray(from, to))).toBe(true);
});

test('the same bytes twice at once are kept once', async () => {
  const bytes = bytesOf('the same picture');
  const before = await countChunks();
  const saved = await Promise.all([1, 2, 3].map(() => store.contents.save(streamOf(bytes), usual)));
  expect(new Set(saved.map(({ hash }) => hash))).toEqual(new Set([hashOf(bytes)]));
  expect(await countChunks()).toBe(before + 1);
});

test.each([
  ['too many bytes', { maxBytes: 10 }, 'FileTooLargeError'],
  ['another hash', { maxBytes: 1_000, sha256: '0'.repeat(64) }, 'HashMismatchError'],
])('%s: refused, and nothing is kept', async (_, expected, name) => {
  const before = await countChunks();
  const bytes = bytesOf('more than ten bytes');
  await expect(store.contents.save(streamOf(bytes), expected)).rejects.toMatchObject({ name });
  expect(await store.contents.open(hashOf(bytes))).toBeNull();
  expect(await countChunks()).toBe(before);
});

test('bytes whose upload could not be ended are kept: the sweep takes the note of it away alone', async () => {
  const fails = jest.spyOn(store.contents.model, 'deleteMany').mockRejectedValueOnce(new Error('away'));
  const bytes = bytesOf('kept all the same');
  await expect(store.contents.save(streamOf(bytes), usual)).rejects.toThrow('away');
  fails.mockRestore();
  const { hash } = await store.contents.save(streamOf(bytes), usual);
  await store.contents.model.updateMany({ _id: /^upload/ }, { $set: { sweepAt: new Date(1_000) } });
  for (const content of await store.contents.listToSweep(new Date(), 50))
    await store.contents.sweep(content, () => Promise.resolve(true));
  const stream = await store.contents.open(hash);
  expect(stream && (await buffer(stream)).equals(bytes)).toBe(true);
  expect(await store.contents.model.countDocuments({ _id: /^upload/ })).toBe(0);
});

test('what a dead process left is swept after its time, what a file has stays', async () => {
  const { model } = store.contents;
  const orphan = await store.contents.save(streamOf(bytesOf('nobody has this')), usual);
  const kept = await store.contents.save(streamOf(bytesOf('somebody has this')), usual);
  const torn = await store.contents.save(streamOf(bytesOf('torn')), usual);
  // As if the process had died between the bytes and their content.
  const { gridId } = (await model.findById(torn.hash).lean()) ?? { gridId: '' };
  await model.deleteOne({ _id: torn.hash });
  await model.create({ _id: `upload/${gridId}`, gridId, sizeBytes: 0, sweepAt: new Date(1_000) });
  await model.updateMany({ _id: { $in: [orphan.hash, kept.hash] } }, { $set: { sweepAt: new Date(1_000) } });
  const chunks = await countChunks();
  const isNeeded = (hash: string) => Promise.resolve(hash === kept.hash);
  for (const content of await store.contents.listToSweep(new Date(), 50))
    await store.contents.sweep(content, isNeeded);
  expect(await countChunks()).toBe(chunks - 2);
  expect(await store.contents.open(orphan.hash)).toBeNull();
  expect(await store.contents.open(kept.hash)).not.toBeNull();
  expect((await store.contents.listToSweep(new Date(), 50)).length).toBe(0);
});

test('whoever stores the same bytes again keeps them from a sweep that has seen them', async () => {
  const { hash } = await store.contents.save(streamOf(bytesOf('twice')), usual);
  await store.contents.model.updateOne({ _id: hash }, { $set: { sweepAt: new Date(1_000) } });
  const [seen] = await store.contents.listToSweep(new Date(), 50);
  await store.contents.save(streamOf(bytesOf('twice')), usual);
  expect(seen && (await store.contents.sweep(seen, () => Promise.resolve(false)))).toBe(false);
  expect(await store.contents.open(hash)).not.toBeNull();
});
