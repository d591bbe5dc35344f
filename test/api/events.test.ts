import { useApi, textMessage } from '../scenes/api';

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
