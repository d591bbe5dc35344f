import { logInUser } from '../scenes/browser';
import { useApi, textMessage } from '../scenes/api';
import { personWith } from '../scenes/link-one';

const api = useApi({ linkWaitMs: 100 });

test('changes come as events with ids and states, and nothing personal', async () => {
  const { id, token } = await api.addAccount();
  const controller = new AbortController();
  const stream = await fetch(`${api.url}/api/v1/events`, {
    headers: { authorization: 'Bearer the-administrators-token-1' },
    signal: controller.signal,
  });
  expect(stream.status).toBe(200);
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const { body } = await api.post('/api/v1/links', { phone: '+491707654321', name: 'Planted Name' });
  await api.post('/api/v1/ingest/messages', { messages: [textMessage('3EB0FFFF')] }, { token });
  let said = '';
  const decoder = new TextDecoder();
  for await (const part of stream.body ?? []) {
    said += decoder.decode(part as Uint8Array);
    if (said.includes(`event: link\ndata: {"id":"${body.link.id}","state":"pending"`) && said.includes(id))
      break;
  }
  controller.abort();
  for (const secret of ['7654321', 'Planted', 'text of']) expect(said).not.toContain(secret);
});

test('events need the administrator’s token', async () => {
  expect((await api.get('/api/v1/events', { token: 'wrong' })).status).toBe(401);
});

/** Reads the stream until `isEnough` of what was said; `null` waits for its end. */
async function listen(
  headers: Record<string, string>,
  isEnough: ((said: string) => boolean) | null,
  begun: () => unknown = () => undefined,
): Promise<string> {
  const controller = new AbortController();
  const stream = await fetch(`${api.url}/api/v1/events`, { headers, signal: controller.signal });
  await begun();
  let said = '';
  const decoder = new TextDecoder();
  for await (const part of stream.body ?? []) {
    said += decoder.decode(part as Uint8Array);
    if (isEnough?.(said)) break;
  }
  controller.abort();
  return said;
}

test('the stream of a session ends when the session does, also by an admin', async () => {
  const viewer = await logInUser(api, 'viewer');
  await listen({ cookie: viewer.cookie }, null, () => viewer.send('POST', '/log-out'));
  const other = await logInUser(api, 'viewer');
  await listen({ cookie: other.cookie }, null, () => api.send('DELETE', `/api/v1/users/${other.userId}`));
  const { body } = await api.post('/api/v1/tokens', { name: 'screen', role: 'viewer' });
  const headers = { authorization: `Bearer ${body.token}` };
  await listen(headers, null, () => api.send('DELETE', `/api/v1/tokens/${body.apiToken.id}`));
});

test('who comes back is told what was missed, or to read anew after a long time', async () => {
  const authorization = 'Bearer the-administrators-token-1';
  const { body } = await api.post('/api/v1/links', { phone: '+491707654399' });
  const missed = `event: link\ndata: {"id":"${body.link.id}"`;
  const before = String(Date.now() - 60_000);
  const said = await listen({ authorization, 'last-event-id': before }, (all) => all.includes(missed));
  expect(said).toMatch(/^id: \d+$/m);
  await listen({ authorization, 'last-event-id': '1000' }, (all) => all.includes('event: reset\n'));
});

test('each of two messages is told, however soon one comes after the other', async () => {
  const { token } = await api.addAccount({ phone: '+49 30 5556677' });
  const send = (id: string) =>
    api.post('/api/v1/ingest/messages', { messages: [textMessage(id)] }, { token });
  const told = (said: string) =>
    [...said.matchAll(/event: message\ndata: {"id":"(\w+)"/g)].map(([, id]) => id);
  const said = await listen(
    { authorization: 'Bearer the-administrators-token-1' },
    (all) => new Set(told(all)).size > 1,
    async () => {
      await send('3EB0000001');
      await send('3EB0000002');
    },
  );
  const stored = await api.store.messages.model.find({ stanzaId: /^3EB000000[12]$/ }, { _id: 1 }).lean();
  expect(told(said)).toEqual(expect.arrayContaining(stored.map(({ _id }) => _id)));
  expect(stored).toHaveLength(2);
});

test('a question about somebody who is not linked is told, though no link tells of it', async () => {
  const { store, portalId } = api;
  const personId = await personWith(store, portalId, '+491707654388');
  const said = await listen(
    { authorization: 'Bearer the-administrators-token-1' },
    (all) => all.includes('event: review\n'),
    () =>
      store.reviews.open({
        portalId,
        personId,
        linkId: null,
        kind: 'unmatched',
        reason: 'none',
        candidates: [],
      }),
  );
  expect(said).toMatch(/event: review\ndata: {"id":"\w+","state":"open"/);
});
