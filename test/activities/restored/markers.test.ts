import { createMarkers } from '../../../store/delivery/markers';
import { parseMarker } from '../../../domain/content/marker';
import { createPrints } from '../../../activities/restored/prints';
import type { MessageDoc } from '../../../store/chats/messages';
import { endsWithMarker, toDigests } from '../../../domain/digest';
import { toItemId } from '../../../domain/ids';
import { context, item } from '../../scenes/digest-items';

const keyOf = (byte: number) => createMarkers({ loadOrMake: () => Promise.resolve(Buffer.alloc(32, byte)) });

/** A message as one store knows it: the id is that store's own, key and change are the source's. */
const message = (_id: string, key: string): MessageDoc =>
  ({ _id, key, versions: [{ v: 0, change: 'create' }] }) as unknown as MessageDoc;

const marksOf = (byte = 1, portalId = 'portal') => keyOf(byte).of(portalId);

async function markerIn(ids: readonly string[], scope = 'waha/+491'): Promise<string> {
  const messages = ids.map((id, at) => message(id, `in/${at}`));
  const prints = createPrints(await marksOf(), { scope, messages, items: [] });
  return prints.markerOf(ids.map((id) => toItemId(id, 0, 1)));
}

test('a store with other ids gives the same items the same marker', async () => {
  expect(await markerIn(['a', 'b'])).toBe(await markerIn(['c', 'd']));
  expect(await markerIn(['a', 'b'])).not.toBe(await markerIn(['a']));
  expect(await markerIn(['a', 'b'])).not.toBe(await markerIn(['a', 'b'], 'waha/+492'));
});

test('a marker names each of its items', async () => {
  const marks = await marksOf();
  const prints = ['one', 'two', 'three'].map(marks.printOf);
  expect(new Set(prints).size).toBe(3);
  expect(marks.openMarker(marks.markerOf(prints))).toEqual(prints);
});

test('nobody makes a marker without the key, nor changes one', async () => {
  const [ours, theirs] = [await marksOf(1), await marksOf(2)];
  const [one = '', two = ''] = ['one', 'two'].map(ours.printOf);
  expect(ours.openMarker(theirs.markerOf([one]))).toBeNull();
  expect(ours.openMarker((await marksOf(1, 'another')).markerOf([one]))).toBeNull();
  expect(ours.openMarker(`${ours.markerOf([one])}${two}`)).toBeNull();
  expect(ours.openMarker(ours.markerOf([one, two]).slice(0, -6))).toBeNull();
});

test('a marker of before is a marker still, and names nothing', async () => {
  const old = `contact-link#${'0a'.repeat(12)}`;
  expect(parseMarker(old)).toEqual({ seal: '0a'.repeat(12), prints: [] });
  expect((await marksOf()).openMarker(old)).toBeNull();
  expect(endsWithMarker(`text\n${old}`, old)).toBe(true);
});

test('fifty items and their markers stay within one comment', async () => {
  const items = Array.from({ length: 120 }, (_, at) => item({ text: 'a'.repeat(390) }, at));
  const marks = await marksOf();
  const messages = items.map((one) => message(one.item.split('/')[0] ?? '', one.item));
  const { markerOf } = createPrints(marks, { scope: 'waha/+491', messages, items });
  const digests = toDigests(items, context({ markerOf }));
  expect(digests.flatMap((digest) => digest.items)).toHaveLength(120);
  for (const digest of digests) {
    expect(Buffer.byteLength(digest.text)).toBeLessThanOrEqual(20_480);
    expect(marks.openMarker(digest.marker)).toHaveLength(digest.items.length);
    expect(digest.text.endsWith(`\n${digest.marker}`)).toBe(true);
  }
});

test('a file that is there and one that is missing are two things to tell', async () => {
  const marks = await marksOf();
  const messages = [message('a', 'in/1')];
  const told = (state: 'attached' | 'missing') => {
    const file = { item: 'a/0/file', state, reason: 'too_large' } as never;
    return createPrints(marks, { scope: 's', messages, items: [item({ item: 'a/0/file', file })] });
  };
  expect(told('attached').of('a/0/file')).not.toBe(told('missing').of('a/0/file'));
});
