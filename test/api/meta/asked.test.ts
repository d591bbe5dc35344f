import { createHash } from 'node:crypto';
import { createFetchMedia } from '../../../processes/fetch-media';
import { startSandboxGraph, type SandboxGraph } from '../../../sandbox/meta/graph';
import { fetchMetaMedia, toMetaFileUrl } from '../../../whatsapp/meta/fetch-media';
import { startApi, type ApiServer } from '../../scenes/api';
import { opened } from '../../scenes/opened';
import { eventually } from '../../scenes/product';
import { useStore } from '../../scenes/store';
import {
  appSecret,
  inbound,
  klaus,
  phoneNumberId,
  sign,
  toBody,
  toValue,
  wamidOf,
} from '../../whatsapp/meta/samples/sample';

const graph: SandboxGraph = opened(
  () => startSandboxGraph(),
  (one) => one.stop(),
);
const store = useStore();
let api: ApiServer;
beforeAll(async () => {
  api = await startApi({ store, fetchMedia: createFetchMedia(store) });
});
afterAll(() => api.stop());
beforeEach(() => graph.setFaults([]));

let next = 0;
async function addNumber(): Promise<string> {
  const settings = { appSecret, phoneNumberId, accessToken: graph.token, graphUrl: graph.url };
  const phone = `+4930111${String((next += 1)).padStart(3, '0')}`;
  return (await api.addAccount({ kind: 'meta', phone, settings })).id;
}

const deliver = async (accountId: string, body: unknown) => {
  const raw = JSON.stringify(body);
  const headers = { 'x-hub-signature-256': sign(raw) };
  const answer = await api.send('POST', `/hooks/meta/${accountId}`, { token: null, raw, headers });
  expect(answer.status).toBe(200);
};

const bytes = Buffer.from('%PDF-1.4 the whole of it');
const hashOf = (of: Buffer, form: 'hex' | 'base64') => createHash('sha256').update(of).digest(form);
const documentOf = (id: string, sha256: string) => ({
  ...{ from: klaus, id: wamidOf(`3D${id.padStart(18, '0')}`), timestamp: '1727000000', type: 'document' },
  document: { id, mime_type: 'application/pdf', filename: 'offer.pdf', sha256 },
});
const way = () => ({
  ...{ graphUrl: graph.url, apiVersion: 'v24.0', phoneNumberId, accessToken: graph.token, timeoutMs: 5_000 },
});

test('a file is fetched by its id and kept; one whose bytes have another hash is not', async () => {
  const accountId = await addNumber();
  graph.addFile('501', { bytes, mimeType: 'application/pdf' });
  graph.addFile('502', { bytes, mimeType: 'application/pdf' });
  await deliver(accountId, inbound(documentOf('501', hashOf(bytes, 'base64'))));
  await deliver(accountId, inbound(documentOf('502', hashOf(Buffer.from('others'), 'base64'))));
  const stateOf = async (id: string) => {
    const found = await api.store.media.model.findOne({ 'source.mediaId': id }).lean();
    return found && { state: found.state, tries: found.tries, hash: found.hash };
  };
  await eventually('one file is kept, the other was tried', async () => {
    const [one, other] = [await stateOf('501'), await stateOf('502')];
    return one?.state === 'stored' && (other?.tries ?? 0) > 0 ? true : null;
  });
  expect(await stateOf('501')).toMatchObject({ state: 'stored', hash: hashOf(bytes, 'hex') });
  expect(await stateOf('502')).toMatchObject({ state: 'wanted', hash: null });
});

test('the token goes to Meta’s hosts only, and an address that is over is asked for once more', async () => {
  const ours = { graphUrl: null };
  for (const good of ['https://lookaside.fbsbx.com/x?y=1', 'https://graph.facebook.com/v24.0/1'])
    expect(toMetaFileUrl(ours, good)?.href).toBe(good);
  for (const bad of [
    ...['http://lookaside.fbsbx.com/x', 'https://lookaside.fbsbx.com.evil.example/x', 'https://evil.example'],
    ...[
      'https://user@lookaside.fbsbx.com/x',
      'https://lookaside.fbsbx.com:444/x',
      'file:///etc/passwd',
      'no url',
    ],
  ])
    expect([bad, toMetaFileUrl(ours, bad)]).toEqual([bad, null]);
  graph.addFile('503', { bytes, mimeType: 'application/pdf' });
  graph.setFaults([{ kind: 'foreignUrl', path: '503', times: 1 }]);
  expect((await fetchMetaMedia(way(), '503')).kind).toBe('away');
  graph.setFaults([{ kind: 'expiredUrl', path: '503', times: 1 }]);
  const file = await fetchMetaMedia(way(), '503');
  expect(file).toMatchObject({ kind: 'bytes', sizeBytes: bytes.length, mimeType: 'application/pdf' });
  if (file.kind === 'bytes') for await (const chunk of file.bytes) expect(Buffer.from(chunk)).toEqual(bytes);
  expect((await fetchMetaMedia(way(), '999')).kind).toBe('gone');
  graph.setFaults([{ kind: 'refuse', path: '503', times: 1, status: 400, code: 190 }]);
  expect((await fetchMetaMedia(way(), '503')).kind).toBe('away');
  expect(graph.asked().every(({ token }) => token === graph.token)).toBe(true);
});

test('the check says in words what is right and what is missing', async () => {
  const accountId = await addNumber();
  const check = async () => {
    const { body } = await api.get(`/api/v1/accounts/${accountId}/check`);
    const points = body.points as { code: string; ok: boolean; text: string }[];
    for (const { text } of points) expect(text).not.toContain(graph.token);
    return { said: body.state, ...Object.fromEntries(points.map(({ code, ok }) => [code, ok])) };
  };
  expect(await check()).toMatchObject({
    ...{ said: 'CONNECTED', state: true, answers: true, token: true, permissions: true, phone: true },
    ...{ address: false, webhook: false, deliveries: false },
  });
  await deliver(accountId, inbound({ ...documentOf('504', 'x'), type: 'text', text: { body: 'Hello' } }));
  expect(await check()).toMatchObject({ webhook: true, deliveries: true });
  graph.setFaults([{ kind: 'refuse', path: phoneNumberId, times: 1, status: 401, code: 190 }]);
  expect(await check()).toMatchObject({ said: null, token: false });
  graph.setFaults([{ kind: 'down', path: phoneNumberId, times: 1 }]);
  expect(await check()).toMatchObject({ said: null, answers: false });
});

test('a token that Meta refuses does not take the place of one that works, and none goes to another address', async () => {
  const accountId = await addNumber();
  const patch = (settings: object) =>
    api.send('PATCH', `/api/v1/accounts/${accountId}`, { body: { settings } });
  const refused = await patch({ accessToken: 'another-token-that-is-wrong' });
  expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'settings.accessToken']);
  const elsewhere = await patch({ graphUrl: 'https://evil.example' });
  expect([elsewhere.status, elsewhere.body.errors[0].field]).toEqual([422, 'settings.accessToken']);
  expect((await patch({ apiVersion: 'v25.0', accessToken: graph.token })).status).toBe(200);
});

test('the history is asked for once; an answer that is lost is a person’s to ask again for', async () => {
  const accountId = await addNumber();
  const ask = (body: object = {}) => api.post(`/api/v1/accounts/${accountId}/history-request`, body);
  const history = async () => (await api.get(`/api/v1/accounts/${accountId}`)).body.meta.history;
  expect(await history()).toBeNull();
  graph.setFaults([{ kind: 'refuse', path: 'smb_app_data', times: 2, status: 400, code: 2593108 }]);
  const refused = await ask();
  expect([refused.status, refused.body.code]).toEqual([502, 'source_refused']);
  expect(await history()).toBeNull();
  graph.setFaults([{ kind: 'down', path: 'smb_app_data', times: 2 }]);
  expect((await ask()).status).toBe(503);
  expect(await history()).toMatchObject({ state: 'asking' });
  graph.setFaults([]);
  expect((await ask()).body.code).toBe('history_asked');
  const again = await ask({ again: true });
  expect([again.status, again.body.state]).toEqual([202, 'asked']);
  expect((await ask({ again: true })).body.code).toBe('history_asked');
  const part = (progress: number) =>
    toBody(
      'history',
      toValue({ history: [{ metadata: { phase: 0, chunk_order: 1, progress }, threads: [] }] }),
    );
  await deliver(accountId, part(55));
  await deliver(accountId, part(20));
  expect(await history()).toMatchObject({ state: 'coming', progress: 55 });
  await deliver(accountId, part(100));
  await deliver(accountId, part(70));
  expect(await history()).toMatchObject({ state: 'done', progress: 100 });
  const other = await api.addAccount({ phone: '+4930999111' });
  const none = await api.post(`/api/v1/accounts/${other.id}/history-request`, {});
  expect([none.status, none.body.code]).toEqual([409, 'no_history']);
});
