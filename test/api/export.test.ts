import { textMessage, useApi } from '../scenes/api';

const api = useApi();
const hostile = '<img src=x onerror=alert(1)> & "[b]" \u202Egpj';

async function makeChat(): Promise<string> {
  const { token } = await api.addAccount();
  const sender = { id: '491701234567@c.us', name: '<b>Ana</b>' };
  await api.post(
    '/api/v1/ingest/messages',
    {
      messages: [
        textMessage('3EB0A1', { sender, text: hostile }),
        textMessage('3EB0A2', { sender, text: '=1+1', timestamp: 1_727_745_027 }),
      ],
    },
    { token },
  );
  return (await api.get('/api/v1/chats')).body.items[0].id;
}

let chatId: string;
beforeAll(async () => {
  chatId = await makeChat();
});

test('a chat is exported as a page on which nothing of others is markup', async () => {
  const { status, body, headers } = await api.get(`/api/v1/chats/${chatId}/export?format=html`);
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toContain(`chat-${chatId}.html`);
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(body).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;[b]&quot;');
  expect(body).toContain('&lt;b&gt;Ana&lt;/b&gt;');
  expect(body).not.toMatch(/<img|<b>|<script/);
  expect(body.trimEnd()).toMatch(/<\/html>$/);
});

test('a chat is exported as JSON with every version and its state', async () => {
  const { body } = await api.get(`/api/v1/chats/${chatId}/export?format=json`);
  expect(body).toMatchObject({ chatId, messages: [{ stanzaId: '3EB0A1' }, { stanzaId: '3EB0A2' }] });
  expect(body.messages[0].versions[0]).toMatchObject({ text: hostile, delivery: { state: 'none' } });
});

test('a chat is exported as a table without formulas', async () => {
  const { body } = await api.get(`/api/v1/chats/${chatId}/export?format=csv`);
  expect(body.trimEnd().split('\r\n')).toHaveLength(3);
  expect(body).toContain(",'=1+1,");
});

test('what is no chat, or no format, is refused', async () => {
  expect((await api.get(`/api/v1/chats/${'0'.repeat(24)}/export`)).status).toBe(404);
  expect((await api.get(`/api/v1/chats/${chatId}/export?format=pdf`)).status).toBe(422);
});
