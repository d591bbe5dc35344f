import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { newId } from '../../../store/connection';
import { textMessage, useApi, type Reply } from '../../scenes/api';

const api = useApi();
let account: { id: string; token: string };
beforeAll(async () => {
  account = await api.addAccount();
});

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const photo = Buffer.from('89504e470d0a1a0a00ff', 'hex');

/** A message with a file, and what is asked for it. */
async function say(media: Record<string, unknown> = {}, changes: Record<string, unknown> = {}) {
  const id = newId();
  const message = textMessage(id, {
    type: 'image',
    text: null,
    media: { mime: 'image/png', ...media },
    ...changes,
  });
  const body = { messages: [message] };
  const answer = await api.post('/api/v1/ingest/messages', body, { token: account.token });
  expect(answer.status).toBe(200);
  return { id, body, needed: answer.body.needMedia[0] };
}

const put = (path: string, bytes: Buffer, token = account.token): Promise<Reply> =>
  api.send('PUT', path, { token, raw: bytes, headers: { 'content-type': 'image/png' } });

const countContents = () => api.store.contents.model.countDocuments();

test('a file is asked for, taken once, and given back as it was', async () => {
  const bytes = Buffer.concat([photo, Buffer.from(newId())]);
  const { id, body, needed } = await say({
    fileName: 'bild "ü".png',
    sha256: hashOf(bytes),
    size: bytes.length,
  });
  expect(needed).toMatchObject({ id, chatId: '491701234567@c.us', sha256: hashOf(bytes) });
  const answers = [await put(needed.uploadUrl, bytes), await put(needed.uploadUrl, bytes)];
  expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  for (const answer of answers)
    expect(answer.body).toEqual({ mediaId: needed.mediaId, sizeBytes: bytes.length, sha256: hashOf(bytes) });
  const again = await api.post('/api/v1/ingest/messages', body, { token: account.token });
  expect(again.body).toMatchObject({ duplicates: 1, needMedia: [] });

  const stored = await fetch(`${api.url}/api/v1/media/${needed.mediaId}`, {
    headers: { authorization: 'Bearer the-administrators-token-1' },
  });
  expect(Buffer.from(await stored.arrayBuffer()).equals(bytes)).toBe(true);
  expect(Object.fromEntries(stored.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-disposition': 'inline; filename="bild ___.png"; filename*=UTF-8\'\'bild%20%22%C3%BC%22.png',
  });
});

test('a page is never shown as one, whatever its sender calls it', async () => {
  const { needed } = await say({ mime: 'text/html', fileName: 'x.html' }, { type: 'document' });
  const raw = Buffer.from(`<script>alert(1)</script> ${newId()}`);
  const headers = { 'content-type': 'text/html' };
  const sent = await api.send('PUT', needed.uploadUrl, { token: account.token, raw, headers });
  expect(sent.status).toBe(201);
  const stored = await api.get(`/api/v1/media/${needed.mediaId}`);
  expect(Object.fromEntries(stored.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': expect.stringMatching(/^attachment;/) as string,
    'content-security-policy': "default-src 'none'; sandbox",
  });
});

test('other bytes than the hash says are refused, and the right ones taken afterwards', async () => {
  const bytes = Buffer.from(`right ${newId()}`);
  const { needed } = await say({ sha256: hashOf(bytes) });
  const before = await countContents();
  const wrong = await put(needed.uploadUrl, Buffer.from('wrong'));
  expect([wrong.status, wrong.body.code]).toEqual([422, 'hash_mismatch']);
  const other = await put(`${needed.uploadUrl}?sha256=${'0'.repeat(64)}`, bytes);
  expect([other.status, other.body.code]).toEqual([422, 'hash_mismatch']);
  const odd = await put(`${needed.uploadUrl}?sha256=../../etc`, bytes);
  expect([odd.status, odd.body.code]).toEqual([422, 'invalid_request']);
  expect(await api.store.media.load(needed.mediaId)).toMatchObject({ state: 'wanted', hash: null });
  expect((await put(needed.uploadUrl, bytes)).status).toBe(201);
  // The notes of uploads that failed stay for the sweep.
  expect(await api.store.contents.model.countDocuments({ _id: /^[0-9a-f]{64}$/ })).toBeGreaterThan(0);
  expect(await countContents()).toBeLessThanOrEqual(before + 2);
});

test('two at once are one', async () => {
  const bytes = Buffer.from(`at once ${newId()}`);
  const { needed } = await say();
  const answers = await Promise.all([1, 2, 3].map(() => put(needed.uploadUrl, bytes)));
  expect(answers.every(({ status }) => status === 201 || status === 200)).toBe(true);
  expect(await api.store.media.load(needed.mediaId)).toMatchObject({ state: 'stored', outcome: 1 });
});

test.each([
  ['a strange id', () => 'x'],
  ['a way up', () => '..%2f..%2fetc%2fpasswd'],
  ['an operator', () => '%24ne'],
  ['an id that names nothing', () => newId()],
])('%s is no file', async (_, idOf) => {
  const answer = await put(`/api/v1/ingest/media/${idOf()}`, photo);
  expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
});

test('another account’s file is none; the administrator does not upload, and an account does not read', async () => {
  const { needed } = await say();
  const other = await api.addAccount({ phone: '+49 30 7654321', name: 'Support' });
  expect((await put(needed.uploadUrl, photo, other.token)).status).toBe(404);
  expect((await put(needed.uploadUrl, photo, 'the-administrators-token-1')).status).toBe(403);
  expect((await api.get(`/api/v1/media/${needed.mediaId}`, { token: account.token })).status).toBe(403);
  expect((await api.get(`/api/v1/media/${needed.mediaId}`)).body.code).toBe('file_not_stored');
});

test('a file that is too large is refused before and while it comes, and told as lost where the message says so', async () => {
  const { maxBytes } = api.store.media.limits;
  const { needed } = await say();
  const declared = await new Promise<number>((resolve, reject) => {
    const sent = request(
      `${api.url}${needed.uploadUrl}`,
      {
        method: 'PUT',
        headers: { authorization: `Bearer ${account.token}`, 'content-length': maxBytes + 1 },
      },
      (answer) => {
        resolve(answer.statusCode ?? 0);
        sent.destroy();
      },
    );
    sent.on('error', reject);
    sent.flushHeaders();
  });
  expect(declared).toBe(413);
  const tooLarge = await say({ size: maxBytes + 1 });
  expect(tooLarge.needed).toBeUndefined();
  const [file] = await api.store.media.listOfStanzas(account.id, [tooLarge.id]);
  expect(file).toMatchObject({ state: 'lost', reason: 'too_large', outcome: 1 });
});

test('a client that hangs up in the middle leaves the file wanted, and sends it again', async () => {
  const bytes = Buffer.alloc(300_000, 'x');
  const { needed } = await say({ sha256: hashOf(bytes) });
  await new Promise<void>((resolve) => {
    const sent = request(`${api.url}${needed.uploadUrl}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${account.token}`, 'content-length': bytes.length },
    });
    sent.on('error', () => resolve());
    sent.write(bytes.subarray(0, 100_000), () => sent.destroy(new Error('hung up')));
  });
  expect(await api.store.media.load(needed.mediaId)).toMatchObject({ state: 'wanted' });
  expect((await put(needed.uploadUrl, bytes)).status).toBe(201);
});

test('a file that its source does not have is not asked for', async () => {
  const { id, needed } = await say({ state: 'unavailable' });
  expect(needed).toBeUndefined();
  const [file] = await api.store.media.listOfStanzas(account.id, [id]);
  expect(file).toMatchObject({ state: 'lost', reason: 'unavailable' });
});
