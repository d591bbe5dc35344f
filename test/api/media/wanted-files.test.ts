import { newId } from '../../../store/connection';
import { textMessage, useApi, type Reply } from '../../scenes/api';

const api = useApi();
let account: { id: string; token: string };
let numbers = 0;
const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200, 1)]);
const jpeg = Buffer.from('ffd8ffe000104a46494600010100', 'hex');

beforeEach(async () => {
  account = await api.addAccount({ phone: `+4930${String((numbers += 1) + 6_000_000)}` });
});

const wish = (media: object) => api.send('PUT', `/api/v1/accounts/${account.id}/policy`, { body: { media } });

/** A message with a file; gives what is asked for, and how the file stands. */
async function say(media: Record<string, unknown>, changes: Record<string, unknown> = {}) {
  const id = newId();
  const message = textMessage(id, { type: 'image', text: null, media, sender: null, ...changes });
  const { body } = await api.post(
    '/api/v1/ingest/messages',
    { messages: [message] },
    { token: account.token },
  );
  expect(body).toMatchObject({ accepted: 1, rejected: [] });
  return { id, needed: body.needMedia[0] };
}
const fileOf = async (id: string) => (await api.store.media.listOfStanzas(account.id, [id]))[0];
const put = (path: string, bytes: Buffer, type = 'image/jpeg'): Promise<Reply> =>
  api.send('PUT', path, { token: account.token, raw: bytes, headers: { 'content-type': type } });
const countContents = () => api.store.contents.model.countDocuments();

test.each<[string, object, Record<string, unknown>, Record<string, unknown>, string]>([
  ['too large', { maxBytes: 1_000, types: [] }, { mime: 'image/jpeg', size: 1_001 }, {}, 'too_large'],
  [
    'of another type',
    { maxBytes: null, types: ['image/*'] },
    { mime: 'video/mp4' },
    { type: 'video' },
    'type_refused',
  ],
  [
    'of another type by its kind',
    { maxBytes: null, types: ['image/*'] },
    {},
    { type: 'voice' },
    'type_refused',
  ],
])(
  'a file that is %s is noted with its reason, and not asked for',
  async (_, policy, media, changes, reason) => {
    await wish(policy);
    const { id, needed } = await say({ fileName: 'a.bin', ...media }, changes);
    expect(needed).toBeUndefined();
    const file = await fileOf(id);
    expect(file).toMatchObject({ state: 'lost', reason, fileName: 'a.bin' });
    const sent = await put(`/api/v1/ingest/media/${file?._id}`, Buffer.alloc(2_000, 1), 'video/mp4');
    expect(sent.status).toBe(reason === 'too_large' ? 413 : 415);
    expect(await fileOf(id)).toMatchObject({ state: 'lost', reason, hash: null });
  },
);

test.each(['image/png', 'IMAGE/PNG; x=1', 'image/webp'])('%s is wanted where pictures are', async (mime) => {
  await wish({ maxBytes: 1_000, types: ['image/*'] });
  expect((await say({ mime, size: 1_000 })).needed).toMatchObject({ maxBytes: 1_000 });
});

test('a document of a type that nobody says is asked for, and judged by its bytes', async () => {
  await wish({ maxBytes: null, types: ['image/*'] });
  const { id, needed } = await say({}, { type: 'document' });
  const before = await countContents();
  const sent = await put(needed.uploadUrl, Buffer.from('%PDF-1.4 and more'), 'application/pdf');
  expect([sent.status, sent.body.code]).toEqual([415, 'unsupported_media_type']);
  expect(await fileOf(id)).toMatchObject({ state: 'lost', reason: 'type_refused', outcome: 1 });
  expect(await countContents()).toBe(before);
});

test.each<[string, string | null]>([
  ['said beforehand', '3000'],
  ['seen on the way', null],
])('bytes beyond the account’s limit, %s, are refused and leave nothing', async (_, length) => {
  await wish({ maxBytes: 1_000, types: [] });
  const { id, needed } = await say({ mime: 'image/jpeg' });
  const bytes = Buffer.concat([jpeg, Buffer.alloc(2_986)]);
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const streamed = { body, duplex: 'half' as const };
  const answer = await fetch(api.url + needed.uploadUrl, {
    method: 'PUT',
    headers: { authorization: `Bearer ${account.token}`, 'content-type': 'image/jpeg' },
    ...(length === null ? streamed : { body: bytes }),
  });
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'body_too_large']);
  const contents = await api.store.contents.model.find({ sizeBytes: { $gt: 0 } }).lean();
  expect(contents.filter(({ sizeBytes }) => sizeBytes === bytes.length)).toEqual([]);
  expect(await fileOf(id)).toMatchObject({ state: 'lost', reason: 'too_large', outcome: 1 });
  // Told once, however often it is tried; the right one is still taken.
  expect((await put(needed.uploadUrl, bytes)).status).toBe(413);
  expect(await fileOf(id)).toMatchObject({ outcome: 1 });
  expect((await put(needed.uploadUrl, jpeg)).status).toBe(201);
  expect(await fileOf(id)).toMatchObject({ state: 'stored', outcome: 2 });
});

test('one type alone is wanted: what says no type is judged by its bytes', async () => {
  await wish({ maxBytes: null, types: ['image/jpeg'] });
  const bare = 'application/octet-stream';
  const sticker = await say({}, { type: 'sticker' });
  expect((await put(sticker.needed.uploadUrl, Buffer.from('RIFF1234WEBPVP8 '), bare)).status).toBe(415);
  const picture = await say({}, { type: 'document' });
  expect((await put(picture.needed.uploadUrl, Buffer.from('%PDF-1.4'), bare)).status).toBe(415);
  expect((await put(picture.needed.uploadUrl, Buffer.concat([jpeg, Buffer.from('x')]), bare)).status).toBe(
    201,
  );
});

test('a program that calls itself a picture is told, and never shown', async () => {
  const bytes = Buffer.concat([program, Buffer.from(newId())]);
  const { id, needed } = await say({ mime: 'image/jpeg', fileName: 'photo.jpg' });
  expect((await put(needed.uploadUrl, bytes)).status).toBe(201);
  const stored = await api.get(`/api/v1/media/${needed.mediaId}`);
  expect(Object.fromEntries(stored.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment; filename="photo.jpg"/) as string,
    'x-content-type-options': 'nosniff',
  });
  const message = await api.store.messages.model.findOne({ stanzaId: id }).lean();
  const shown = await api.get(`/api/v1/chats/${message?.chatId}/messages`);
  const [card] = shown.body.items.filter(({ stanzaId }: { stanzaId: string }) => stanzaId === id);
  expect(card.versions[0].file).toMatchObject({ state: 'stored', otherType: 'application/x-msdownload' });
});

test('a program is no picture where only pictures are wanted', async () => {
  await wish({ maxBytes: null, types: ['image/*'] });
  const { id, needed } = await say({ mime: 'image/jpeg' });
  const before = await countContents();
  expect((await put(needed.uploadUrl, program)).status).toBe(415);
  expect(await countContents()).toBe(before);
  expect(await fileOf(id)).toMatchObject({ state: 'lost', reason: 'type_refused' });
  // The picture itself is still taken.
  expect((await put(needed.uploadUrl, jpeg)).status).toBe(201);
  expect(await fileOf(id)).toMatchObject({ state: 'stored', reason: null });
});
