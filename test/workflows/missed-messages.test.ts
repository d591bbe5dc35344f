import type { HistoryRules } from '../../domain/history';
import { startSandboxWaha, type SandboxWaha } from '../../sandbox/waha/waha';
import { createHistoryOf } from '../../worker/history-of';
import { useApiOf } from '../scenes/api';
import { opened } from '../scenes/opened';
import { eventually, requestLink, useProduct } from '../scenes/product';
import { saidIn } from '../scenes/waha-source';
import { linesOn, startWatch, sweepOnce } from '../scenes/watch';

const hourMs = 3_600_000;
/** Whatever the source missed, it has as soon as it works again. */
const rules: HistoryRules = { checkEveryMs: hourMs, catchUpMs: 0, overlapMs: 2 * hourMs };
const waha = opened<SandboxWaha>(
  () => startSandboxWaha({ startMs: 1, retryScale: 0.0001 }),
  (server) => server.stop(),
);
const product = useProduct();
const api = useApiOf(product);
const ours = '49301110001';
const phones = ['+491701000001', '+491701000002', '+491701000003'] as const;
const contacts = new Map<string, number>();
let accountId: string;

const textsOn = (phone: string): string[] =>
  linesOn(product, contacts.get(phone) ?? 0).map((line) => line.slice(line.lastIndexOf(': ') + 2));
const statusOf = () => waha.session().status;

async function readAgain(): Promise<void> {
  await product.store.accountHistories.setWorkingSince(accountId, null);
  await sweepOnce(product);
  await eventually(
    'the end of the readings',
    async () => !(await product.store.imports.findFirst(accountId)),
  );
}

beforeAll(async () => {
  const { store, deps } = product;
  Object.assign(deps, { historyOf: createHistoryOf(store), historyRules: rules });
  await product.startWorker();
  for (const phone of phones) {
    contacts.set(phone, product.portal.addContact({ name: 'Klaus', phones: [phone] }));
    const linkId = await requestLink(product, { phone });
    await eventually('the link', async () => (await store.links.load(linkId))?.state === 'linked');
    const startedAt = new Date(Date.now() - 2 * hourMs);
    await store.links.model.updateOne({ _id: linkId }, { $set: { startedAt } });
  }
  const settings = { baseUrl: waha.url, apiKey: waha.apiKey, callbackUrl: api.url };
  const made = await api.post('/api/v1/accounts', {
    kind: 'waha',
    phone: `+${ours}`,
    name: 'Sales',
    settings,
  });
  accountId = made.body.account.id;
  await api.post(`/api/v1/accounts/${accountId}/set-up`, {});
  await eventually('the code', () => statusOf() === 'SCAN_QR_CODE');
  waha.scan({ phone: ours });
  await waha.hooksDone();
  await startWatch(product);
});

test('a source that was down for an hour and scanned again: all is on its page, once, and the gap is closed', async () => {
  const { store, portalId } = product;
  await readAgain();
  waha.say({ chatId: `${phones[0].slice(1)}@c.us`, text: 'before', name: 'Klaus' });
  await waha.hooksDone();
  waha.setStatus('FAILED');
  await waha.hooksDone();
  const from = new Date(Date.now() - hourMs - 1_000);
  await store.gaps.open({ portalId, accountId, reason: 'logged-out', from });
  const until = new Date(Date.now() - 2_000);
  const missed = phones.map((phone, index) =>
    saidIn(phone, index === 0 ? 168 : 166, { until, apart: 20, prefix: `m${index}x` }),
  );
  waha.fillHistory(missed.flat());
  waha.setStatus('SCAN_QR_CODE');
  await waha.hooksDone();
  waha.scan({ phone: ours });
  // Surely after the end of the gap, whose second may be the same.
  const soon = Math.floor(Date.now() / 1_000) + 60;
  waha.say({ chatId: `${phones[0].slice(1)}@c.us`, text: 'after', name: 'Klaus', timestamp: soon });
  await waha.hooksDone();
  await sweepOnce(product);
  const closed = await eventually('the end of the gap', async () => {
    const [gap] = await store.gaps.list(accountId, { after: null, limit: 10 });
    return gap?.closedAt ? gap : null;
  });
  expect(closed).toMatchObject({ reason: 'logged-out', from, found: 500 });
  await readAgain();
  for (const [index, phone] of phones.entries()) {
    const wanted = [
      ...(missed[index] ?? []).map(({ text }) => text),
      ...(index === 0 ? ['before', 'after'] : []),
    ];
    await eventually('all on its page', () => textsOn(phone).length >= wanted.length, 60_000);
    const isMissed = (text: string) => text.startsWith('m');
    expect(textsOn(phone).filter(isMissed)).toEqual(wanted.filter((text) => isMissed(text ?? '')));
    expect(textsOn(phone).sort()).toEqual(wanted.sort());
  }
  const readings = await store.imports.list({ accountId }, { after: null, limit: 100 });
  expect(readings.at(-1)).toMatchObject({ kind: 'history', state: 'done' });
  expect(new Set(readings.slice(0, -1).map(({ kind, state }) => `${kind} ${state}`))).toEqual(
    new Set(['gap done']),
  );
  expect(readings[0]).toMatchObject({ messagesFound: 0, failed: 0, isFinal: true });
});

test('an account whose workflow of an import is lost has it again with the next sweep', async () => {
  const { store, portalId } = product;
  waha.fillHistory(saidIn(phones[1], 3, { until: new Date(Date.now() - 5 * hourMs), prefix: 'old' }));
  const fresh = { portalId, accountId, kind: 'history', from: null, to: new Date() } as const;
  const { _id } = await store.imports.begin(fresh);
  await sweepOnce(product);
  await eventually('the end of the import', async () => (await store.imports.load(_id))?.state === 'done');
  expect(await store.imports.load(_id)).toMatchObject({ messagesFound: 3 });
});
