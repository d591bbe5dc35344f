import { freePort, mongoUri } from '../helpers/servers';
import { startTcpProxy } from '../helpers/tcp-proxy';
import { linkOne, personWith } from '../scenes/link-one';
import { startApi, textMessage, wahaMessage, type ApiServer } from '../scenes/api';

const hmacKey = 'a-key-of-more-than-16';

const addLinked = async ({ store, portalId }: ApiServer, e164: string): Promise<string> =>
  (await linkOne(store, portalId, await personWith(store, portalId, e164)))._id;

test('while MongoDB is away every call says so, and afterwards a redelivery adds what was missed', async () => {
  const { hostname, port } = new URL(mongoUri('x'));
  const line = await startTcpProxy({ host: hostname, port: Number(port) });
  const api = await startApi({ mongoAt: `127.0.0.1:${line.port}` });
  try {
    const { token } = await api.addAccount();
    const waha = await api.addAccount({ kind: 'waha', settings: { hmacKey } });
    const linkId = await addLinked(api, '+491700000001');
    const messages = [textMessage('3EB0CCCC')];
    line.cut();
    const away = await Promise.all([
      api.sendWaha(waha.id, hmacKey, wahaMessage('3EB0DDDD')),
      api.post('/api/v1/ingest/messages', { messages }, { token }),
      api.get('/api/v1/links'),
      api.get(`/api/v1/links/${linkId}/status`),
      api.post('/api/v1/links', { phone: '+491700000002' }),
    ]);
    for (const answer of away) {
      expect([answer.status, answer.body.code]).toEqual([503, 'store_unavailable']);
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect((await api.get('/healthz')).status).toBe(200);
    const ready = await api.get('/readyz');
    expect([ready.status, ready.body.missing]).toEqual([503, ['mongodb']]);
    expect(ready.body.parts).toMatchObject({
      mongodb: 'does not answer: no message can be taken, sources are to deliver again',
      temporal: 'up',
      portals: 'not known without the database',
    });
    const figures = String((await api.get('/metrics')).body);
    expect(figures).toContain('\nstate_figures_up 0\n');
    expect(figures).not.toMatch(/^waiting_messages /m);

    line.mend();
    const until = Date.now() + 30_000;
    while ((await api.get('/readyz')).status !== 200 && Date.now() < until);
    const redelivered = await api.sendWaha(waha.id, hmacKey, wahaMessage('3EB0DDDD'));
    expect([redelivered.status, redelivered.body.accepted]).toEqual([200, 1]);
    const sent = await api.post('/api/v1/ingest/messages', { messages }, { token });
    expect(sent.body.accepted).toBe(1);
  } finally {
    line.mend();
    await api.stop().finally(() => line.close());
  }
});

test('while Temporal is away links are saved, messages taken and the status told from the store', async () => {
  const api = await startApi({ temporalAt: `127.0.0.1:${await freePort()}` });
  try {
    const made = await api.post('/api/v1/links', { phone: '+491700000003' });
    expect([made.status, made.body.outcome]).toEqual([202, 'pending']);
    const { token } = await api.addAccount();
    const messages = [textMessage('3EB0EEEE')];
    expect((await api.post('/api/v1/ingest/messages', { messages }, { token })).body.accepted).toBe(1);
    const linkId = await addLinked(api, '+491700000004');
    const status = await api.get(`/api/v1/links/${linkId}/status`);
    expect(status.body).toMatchObject({ answeredBy: 'store', state: 'linked' });
    const now = await api.post(`/api/v1/links/${linkId}/back-up-now`, {});
    expect([now.status, now.body.code]).toEqual([503, 'temporal_unavailable']);
    const paused = await api.post(`/api/v1/links/${linkId}/pause`, {});
    expect([paused.status, paused.body.rhythm]).toEqual([202, 'paused']);
    const ready = await api.get('/readyz');
    const parts = {
      mongodb: 'up',
      temporal: 'does not answer: messages are taken, and backed up once it is back',
      worker: 'not known without Temporal',
      portals: 'up',
    };
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', missing: ['temporal'], parts }]);
  } finally {
    await api.stop();
  }
});
