import { startSandboxEvolution, type SandboxEvolution } from '../../sandbox/evolution/evolution';
import { phoneOfSandbox } from '../../sandbox/evolution/front-page';
import { startSandboxGraph, type SandboxGraph } from '../../sandbox/meta/graph';
import { sayAtMeta } from '../../sandbox/sample-talk/at-meta';
import { sayInEvolution, scanCodes } from '../../sandbox/sample-talk/in-evolution';
import { lines } from '../../sandbox/sample-talk/lines';
import { useApi } from '../scenes/api';
import { opened } from '../scenes/opened';
import { eventually } from '../scenes/product';

const api = useApi();
const evolution: SandboxEvolution = opened(
  () => startSandboxEvolution({ retryScale: 0.0001 }),
  (running) => running.stop(),
);
const graph: SandboxGraph = opened(
  () => startSandboxGraph(),
  (running) => running.stop(),
);
const textsOf = async (accountId: string) => {
  const messages = await api.store.messages.model.find({ accountId }).lean();
  return messages.map(({ versions: [first] }) => first?.text).sort();
};
const allLines = lines.map(({ text }) => text).sort();

test('who connects the stand-in Evolution by what its page says gets a code that its phone scans, and messages', async () => {
  const page = await (await fetch(evolution.url)).text();
  for (const shown of [phoneOfSandbox, evolution.url, evolution.apiKey, 'No instance yet'])
    expect(page).toContain(shown);
  const settings = {
    baseUrl: evolution.url,
    apiKey: evolution.apiKey,
    instance: 'sales',
    callbackUrl: api.url,
  };
  const { id } = await api.addAccount({ kind: 'evolution', phone: phoneOfSandbox, settings });
  await api.post(`/api/v1/accounts/${id}/set-up`, {});
  expect(await sayInEvolution(evolution, 0)).toBe(false);
  const stopping = new AbortController();
  const scanning = scanCodes(evolution, stopping.signal, 0).catch(() => undefined);
  await eventually('the phone scans', () => evolution.instance().state === 'open');
  stopping.abort();
  await scanning;
  for (const count of lines.keys()) expect(await sayInEvolution(evolution, count)).toBe(true);
  await evolution.hooksDone();
  expect(await textsOf(id)).toEqual(allLines);
  expect(await (await fetch(evolution.url)).text()).toContain('open');
});

const save = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${graph.url}/dashboard`, { method: 'POST', body: new URLSearchParams(fields), headers });

test('the stand-in of Meta delivers once its dashboard has verified our address, and from nowhere else', async () => {
  const { token: accessToken, options } = graph;
  const { appSecret, phoneNumberId, displayPhone: phone } = options;
  const page = await (await fetch(graph.url)).text();
  for (const shown of [phone, graph.url, accessToken, appSecret, phoneNumberId])
    expect(page).toContain(shown);
  const settings = { appSecret, phoneNumberId, accessToken, graphUrl: graph.url };
  const made = await api.post('/api/v1/accounts', { kind: 'meta', phone, name: 'Meta', settings });
  const { account, verifyToken } = made.body;
  const callbackUrl = `${api.url}/hooks/meta/${account.id}`;
  expect((await save({ callbackUrl, verifyToken: 'another-token' })).status).toBe(400);
  expect((await save({ callbackUrl, verifyToken }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(await sayAtMeta(graph, 0)).toBe(false);
  const saved = await save({ callbackUrl, verifyToken });
  expect([saved.status, await saved.text()]).toEqual([
    200,
    expect.stringContaining(`Delivers to ${callbackUrl}`),
  ]);
  for (const count of lines.keys()) expect(await sayAtMeta(graph, count)).toBe(true);
  expect(await textsOf(account.id)).toEqual(allLines);
  expect(await api.store.unreadable.model.countDocuments()).toBe(0);
});
