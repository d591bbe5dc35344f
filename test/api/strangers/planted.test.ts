import { textMessage, useApi, wahaMessage, type Reply } from '../../scenes/api';

const api = useApi({ trustedProxies: ['127.0.0.1'] });

/** What must be found nowhere but in the store: each of it is planted wherever a request has room for it. */
const phone = '4917077788899';
const [name, text, secret] = ['Klaus Plantedname', 'plantedtext', 'plantedsecret-0123456789'];
const traces = ['1707778', 'Plantedname', text, secret];
const hmacKey = `${secret}-hmac`;

const everywhere = {
  ...{
    'user-agent': text,
    referer: `https://crm.example/?phone=${phone}`,
    origin: `https://${text}.example`,
  },
  ...{ 'x-forwarded-for': phone, 'x-request-id': phone, cookie: `contact_link_0=${secret}; name=${text}` },
  ...{ 'last-event-id': phone, 'idempotency-key': `${phone}-${text}` },
};
const group = `${phone}-1600000000@g.us`;

const fromAGroup = textMessage('3EB0AA01', {
  chatId: group,
  chat: { id: group, name },
  sender: { id: `${phone}@c.us`, name },
  text,
});
const withAFile = textMessage('3EB0AA02', {
  chatId: `${phone}@c.us`,
  sender: { id: `${phone}@c.us`, name },
  type: 'document',
  text,
  media: { mimeType: 'application/pdf', fileName: `${name}.pdf`, sizeBytes: 5, sha256: 'ab'.repeat(32) },
});

async function plantAll(): Promise<Reply[]> {
  const headers = everywhere;
  let requests = 0;
  // Under one key they would be one request.
  const own = () => ({ ...headers, 'idempotency-key': `${phone}-${text}-${(requests += 1)}` });
  const account = await api.addAccount({ phone: '+49301234567', name });
  const waha = await api.addAccount({
    kind: 'waha',
    phone: '+49301234568',
    name,
    settings: { hmacKey },
  });
  const { token } = account;
  const messages = [fromAGroup, withAFile];
  const taken = await api.post('/api/v1/ingest/messages', { messages }, { token, headers });
  const mediaId = taken.body.needMedia?.[0]?.mediaId ?? '0'.repeat(24);
  const { send, post, get } = api;
  return [
    taken,
    await send('PUT', `/api/v1/ingest/media/${mediaId}`, { token, raw: text, headers }),
    await api.sendWaha(waha.id, hmacKey, wahaMessage('3EB0AA03', { body: text, from: `${phone}@c.us` })),
    await api.sendWaha(waha.id, `${secret}-other`, wahaMessage('3EB0AA04', { body: text })),
    await post('/api/v1/users', { name, role: 'viewer' }, { headers: own() }),
    await post('/api/v1/tokens', { name, role: 'viewer' }, { headers: own() }),
    await post(
      '/api/v1/webhooks',
      { url: `https://${text}.example/${secret}`, events: [text] },
      { headers: own() },
    ),
    await post('/api/v1/webhooks', { url: `not-an-address-${secret}` }, { headers: own() }),
    await post('/api/v1/links', { phone, name, createIfMissing: true }, { headers: own() }),
    await post('/api/v1/links/search', { q: name, phone }, { headers: own() }),
    await post('/api/v1/links/search', { phone: `${phone}${phone}` }, { headers: own() }),
    await get(`/api/v1/links?q=${encodeURIComponent(name)}&limit=${text}`, { headers: own() }),
    await send('PUT', `/api/v1/accounts/${account.id}/policy`, { body: { excludeChats: [name] }, headers }),
    await get(`/api/v1/${text}/${phone}?name=${encodeURIComponent(name)}`, { headers: own() }),
    await get(`/panel?phone=${phone}`, { token: null, headers }),
    await get(`/api/v1/links?token=${secret}`, { token: secret, headers }),
    await post('/api/v1/log-in', { code: secret }, { token: null, headers }),
    await send('POST', '/api/v1/links', { raw: `{"phone":"${phone}","name":"${name}`, headers }),
    await post('/api/v1/ingest/messages', { messages: [{ ...withAFile, timestamp: text }] }, { token }),
  ];
}

test('what is personal or secret is in no log line, no metric and no problem, wherever it was planted', async () => {
  const answers = await plantAll();
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status < 300).length).toBeGreaterThanOrEqual(6);
  expect(statuses.filter((status) => status >= 400).length).toBeGreaterThanOrEqual(7);
  expect(statuses.filter((status) => status === 500)).toEqual([]);
  const problems = answers.filter(({ status }) => status >= 400).map(({ body }) => JSON.stringify(body));
  const metrics: string = (await api.get('/metrics')).body;
  for (const said of [api.log(), metrics, ...problems])
    for (const trace of traces) expect(said).not.toContain(trace);
  expect(api.log()).toContain('not let in');
});
