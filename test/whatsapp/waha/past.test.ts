import { startSandboxWaha, type SandboxWaha } from '../../../sandbox/waha/waha';
import { SourceAwayError, SourceRefusedError } from '../../../whatsapp/history-source';
import { createWahaPast } from '../../../whatsapp/waha/past';
import { opened } from '../../scenes/opened';
import { saidIn } from '../../scenes/waha-source';

const waha = opened<SandboxWaha>(
  () => startSandboxWaha({ startMs: 1 }),
  (server) => server.stop(),
  'test',
);
const digits = '49301110001';
const noon = new Date('2026-11-24T12:00:00Z');
const range = { from: new Date('2026-11-24T00:00:00Z'), to: noon };
const page = { offset: 0, limit: 100, signal: new AbortController().signal };

async function open(scanned = digits, apiKey = waha.apiKey) {
  const headers = { 'content-type': 'application/json', 'x-api-key': waha.apiKey ?? '' };
  const body = JSON.stringify({ name: 'default', start: true, config: {} });
  await fetch(`${waha.url}/api/sessions`, { method: 'POST', headers, body });
  waha.setStatus('SCAN_QR_CODE');
  waha.scan({ phone: scanned });
  return createWahaPast({ baseUrl: waha.url, apiKey, session: 'default', e164: `+${digits}` });
}

test('chats and messages are read page by page, within their time, until an empty page', async () => {
  const past = await open();
  waha.fillHistory(saidIn('+491701000001', 150, { until: noon, prefix: 'a' }));
  waha.fillHistory(saidIn('+491701000001', 5, { until: new Date('2026-11-20T12:00:00Z'), prefix: 'old' }));
  expect(await past.listChats(page)).toEqual({
    items: [{ jid: '491701000001@c.us', lastMessageAt: noon }],
    isLast: false,
  });
  const jid = '491701000001@c.us';
  const first = await past.listMessages(jid, range, page);
  const second = await past.listMessages(jid, range, { ...page, offset: 100 });
  const third = await past.listMessages(jid, range, { ...page, offset: 200 });
  expect([first, second, third].map(({ items, isLast }) => [items.length, isLast])).toEqual([
    [100, false],
    [50, false],
    [0, true],
  ]);
  expect(first.items[0]?.translation).toMatchObject({
    kind: 'message',
    message: { text: 'a149', sentAt: noon, stanzaId: 'a149491701000001' },
  });
});

test('a chat that WAHA does not know has no messages', async () => {
  const past = await open();
  expect(await past.listMessages('491709999999@c.us', range, page)).toEqual({ items: [], isLast: true });
});

test('a session of another number is not read', async () => {
  const past = await open('49301119999');
  await expect(past.listChats(page)).rejects.toThrow(SourceRefusedError);
});

test('a refused key is a person’s to mend, an outage passes', async () => {
  await expect((await open(digits, 'another key')).listChats(page)).rejects.toThrow(SourceRefusedError);
  const past = await open();
  waha.setFaults([{ kind: 'garbage', times: -1, only: '/chats' }]);
  await expect(past.listChats(page)).rejects.toThrow(SourceRefusedError);
  waha.setFaults([{ kind: 'down', times: -1 }]);
  await expect(past.listChats(page)).rejects.toThrow(SourceAwayError);
});

test('a session that does not work is waited for', async () => {
  const past = await open();
  waha.setStatus('FAILED');
  await expect(past.listChats(page)).rejects.toThrow(SourceAwayError);
});
