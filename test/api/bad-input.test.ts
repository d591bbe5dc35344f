import { createHmac } from 'node:crypto';
import { textMessage, useApi, wahaMessage } from '../scenes/api';

const hmacKey = 'a-key-of-more-than-16';
const api = useApi();
let waha: string;
let token: string;
beforeAll(async () => {
  ({ id: waha } = await api.addAccount({ kind: 'waha', settings: { hmacKey } }));
  ({ token } = await api.addAccount({ phone: '+49 30 7654321' }));
});

const toWaha = (raw: string) =>
  api.send('POST', `/hooks/waha/${waha}`, {
    ...{ token: null, raw },
    headers: {
      'x-webhook-hmac': createHmac('sha512', hmacKey).update(raw).digest('hex'),
      'x-webhook-hmac-algorithm': 'sha512',
    },
  });
const toIngest = (raw: string) => api.send('POST', '/api/v1/ingest/messages', { token, raw });
const isAlive = async () => expect((await api.get('/healthz')).status).toBe(200);
const storedOf = (stanzaId: string) => api.store.messages.model.countDocuments({ stanzaId });

/** JSON of so many brackets, in the place of `"HERE"`. */
const deep = (json: unknown, depth: number): string =>
  JSON.stringify(json).replace('"HERE"', '['.repeat(depth) + ']'.repeat(depth));

test.each([50, 5_000, 50_000])(
  '%i brackets in a message of WAHA cost nothing but, at most, that message',
  async (depth) => {
    const inData = await toWaha(deep(wahaMessage(`3EB0DEEP${depth}`, { _data: { message: 'HERE' } }), depth));
    expect(inData.status).toBeLessThan(500);
    const inField = await toWaha(deep(wahaMessage(`3EB0DEEP${depth}B`, { timestamp: 'HERE' }), depth));
    expect(inField.status).toBeLessThan(500);
    expect((await toWaha('['.repeat(depth))).status).toBe(400);
    expect((await toWaha(JSON.stringify(wahaMessage(`3EB0FINE${depth}`)))).body).toMatchObject({
      accepted: 1,
    });
    await isAlive();
  },
);

test.each([50, 5_000, 50_000])(
  '%i brackets in a request of the ingest API cost that message only',
  async (depth) => {
    const messages = [textMessage(`3EB0ING${depth}`, { raw: 'HERE' }), textMessage(`3EB0INF${depth}`)];
    const inRaw = await toIngest(deep({ messages }, depth));
    expect(inRaw.status).toBeLessThan(500);
    const broken = [textMessage(`3EB0INX${depth}`, { text: 'HERE' }), textMessage(`3EB0INY${depth}`)];
    const inText = await toIngest(deep({ messages: broken }, depth));
    expect(inText.status).toBeLessThan(500);
    if (inText.status === 200) expect(inText.body).toMatchObject({ accepted: 1, rejected: [{ index: 0 }] });
    await isAlive();
  },
);

test('a clock two days ahead is not believed, one an hour ahead is', async () => {
  const ahead = (hours: number) => Math.floor(Date.now() / 1_000) + hours * 3_600;
  const far = await toWaha(JSON.stringify(wahaMessage('3EB0FAR', { timestamp: ahead(48) })));
  expect(far.body).toMatchObject({ accepted: 0, unreadable: 1 });
  const near = await toWaha(JSON.stringify(wahaMessage('3EB0NEAR', { timestamp: ahead(1) })));
  expect(near.body).toMatchObject({ accepted: 1 });
  const both = [
    textMessage('3EB0IFAR', { timestamp: ahead(48) }),
    textMessage('3EB0INEAR', { timestamp: ahead(1) }),
  ];
  expect((await toIngest(JSON.stringify({ messages: both }))).body).toMatchObject({
    accepted: 1,
    rejected: [{ index: 0, code: 'bad_timestamp' }],
  });
});

test.each(['$where', '$set.x', 'a.b.c', '__proto__', 'constructor', '{"$gt":""}', "'; drop"])(
  'an id such as %s names its own message and nothing else',
  async (id) => {
    const before = await api.store.messages.model.countDocuments();
    const first = await toWaha(JSON.stringify(wahaMessage(id)));
    expect(first.status).toBe(200);
    expect(first.body.accepted + first.body.unreadable).toBe(1);
    expect((await toWaha(JSON.stringify(wahaMessage(id)))).body.accepted).toBe(0);
    expect(await storedOf(id)).toBe(first.body.accepted);
    expect(await api.store.messages.model.countDocuments()).toBe(before + first.body.accepted);
    const asClient = await toIngest(JSON.stringify({ messages: [textMessage(id)] }));
    expect(asClient.status).toBe(200);
    expect(asClient.body.accepted + asClient.body.rejected.length).toBe(1);
  },
);

test('fields that JavaScript gives a meaning are fields like others', async () => {
  const raw = JSON.stringify(wahaMessage('3EB0PROTO')).replace(
    '{',
    '{"__proto__":{"event":"x"},"$where":1,"a.b":2,',
  );
  expect((await toWaha(raw)).body).toMatchObject({ accepted: 1 });
  expect(({} as Record<string, unknown>)['event']).toBeUndefined();
});

test('a body of four megabytes is taken from WAHA, and refused by the ingest API', async () => {
  const large = JSON.stringify(
    wahaMessage('3EB0LARGE', { _data: { thumbnail: 'x'.repeat(4 * 1024 * 1024) } }),
  );
  expect((await toWaha(large)).body).toMatchObject({ accepted: 1 });
  const messages = [textMessage('3EB0LARGEI', { raw: { thumbnail: 'x'.repeat(4 * 1024 * 1024) } })];
  expect((await toIngest(JSON.stringify({ messages }))).status).toBe(413);
  await isAlive();
});
