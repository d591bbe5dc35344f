import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { startProcesses, type Processes } from '../helpers/processes';
import { mongoUri } from '../helpers/servers';
import { startCollector, type Collector } from '../scenes/collector';
import { eventually } from '../scenes/product';

const root = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'contact-link-build-'));
const dist = join(folder, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** As an image has it: the build, and packages beside it. */
function build(out: string): string {
  const args = ['--import', 'tsx', 'local/build/build-main.ts', '--out', out];
  return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
}

let portal: SandboxPortal;
let processes: Processes;
let collector: Collector;
let said: string;

beforeAll(async () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  said = build(dist);
  portal = await startSandboxPortal();
  collector = await startCollector();
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '200' };
  processes = await startProcesses(portal.webhookUrl, { BACKUP_INTERVAL: '1s', ...traced }, dist);
  await Promise.all([processes.startApi(), processes.startWorker()]);
});

afterAll(async () => {
  await processes.close();
  await portal.stop();
  collector.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, init: RequestInit = {}) => fetch(`${processes.url}${path}`, init);

test('api and worker of a build run without their sources, and say which build they are', async () => {
  const { buildId } = (await (await ask('/version')).json()) as { buildId: string };
  expect(buildId).toMatch(new RegExp(`^${version.replaceAll('.', '\\.')}-[0-9a-f]{12}$`));
  expect(said).toContain(buildId);
  expect(processes.log()).toContain('the bundle of this build');
  expect(processes.log()).toContain(buildId);
});

test('the page is served from the build', async () => {
  const page = await ask('/');
  expect(page.status).toBe(200);
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
  expect((await ask(script)).status).toBe(200);
});

test('a link of a build is made by its workflow', async () => {
  portal.addContact({ name: 'Ada Lovelace', phones: ['+491701234567'] });
  const answer = await ask('/api/v1/links', {
    method: 'POST',
    headers: { authorization: `Bearer ${processes.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ phone: '+491701234567' }),
  });
  expect(await answer.json()).toMatchObject({ outcome: 'linked' });
});

test('its trace goes from the API through the workflow to the steps, and holds nothing of anybody', async () => {
  await eventually('the steps of what the API asked for', () => {
    const spans = collector.spans();
    const asked = new Set(
      spans.filter(({ service }) => service === 'contact-link-api').map(({ traceId }) => traceId),
    );
    const found = spans.filter(
      ({ service, traceId }) => service === 'contact-link-worker' && asked.has(traceId),
    );
    const names = found.map(({ name }) => name);
    return ['StartActivity:lookUpContact', 'RunActivity:lookUpContact'].every((name) => names.includes(name));
  });
  for (const hidden of [
    '491701234567',
    'Lovelace',
    processes.adminToken,
    new URL(portal.webhookUrl).pathname,
  ])
    expect(collector.sent()).not.toContain(hidden);
});

test.each(['workflow-bundle.js', 'workflow-bundle-traced.js'])(
  'a run that began without spans goes on under %s, which makes them only where it is to',
  async (name) => {
    const codePath = join(dist, name);
    const isTraced = readFileSync(codePath, 'utf8').includes('OpenTelemetryInboundInterceptor');
    expect(isTraced).toBe(name.includes('traced'));
    for (const run of ['link-rounds-1', 'link-changed-and-unlinked', 'portal-watch']) {
      const recorded = join(root, `test/histories/${run}.json`);
      await Worker.runReplayHistory(
        { workflowBundle: { codePath } },
        JSON.parse(readFileSync(recorded, 'utf8')),
      );
    }
  },
);

test('two APIs and two workers share the work: what is said to either is told once', async () => {
  const shared = { MONGODB_URI: mongoUri(processes.databaseName), TEMPORAL_NAMESPACE: processes.namespace };
  const quick = { ...shared, BACKUP_INTERVAL: '1s', PORTAL_REQUEST_LIMIT: '700ms' };
  const others = await startProcesses(portal.webhookUrl, quick, dist);
  try {
    await Promise.all([others.startApi(), others.startWorker()]);
    const contactId = portal.addContact({ name: 'Bob', phones: ['+491707654321'] });
    const post = async (url: string, path: string, body: unknown, token = processes.adminToken) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { token: string; accepted: number; outcome: string };
    };
    const account = { kind: 'ingest', phone: '+491700000001', name: 'Sales' };
    const { token } = await post(processes.url, '/accounts', account);
    const say = (url: string, text: string) => {
      const message = { id: text, chatId: '491707654321@c.us', fromMe: false, type: 'text', text };
      const timestamp = Math.floor(Date.now() / 1000);
      const messages = [{ ...message, timestamp, sender: { phone: '+491707654321' } }];
      return post(url, '/ingest/messages', { schema: '1', messages }, token);
    };
    expect(await post(others.url, '/links', { phone: '+491707654321' })).toMatchObject({ outcome: 'linked' });
    expect((await say(processes.url, 'one')).accepted).toBe(1);
    expect((await say(others.url, 'two')).accepted).toBe(1);
    expect((await say(others.url, 'one')).accepted).toBe(0);
    expect((await say(others.url, 'three')).accepted).toBe(1);
    const told = () =>
      portal.comments(contactId).flatMap(({ text }) => text.match(/(?<=: )(?:one|two|three)$/gm) ?? []);
    await eventually('all three on the page', () => new Set(told()).size === 3);
    expect(told().sort()).toEqual(['one', 'three', 'two']);
  } finally {
    await others.close();
  }
});

test("a container's health check ends with 0 while its process answers, and with 1 otherwise", () => {
  const check = (env: Record<string, string>, which: string) => {
    try {
      execFileSync(process.execPath, [join(dist, 'processes/health-main.js'), which], { env });
      return 0;
    } catch (error) {
      return (error as { status: number }).status;
    }
  };
  const portOf = (url: string) => new URL(url).port;
  expect(check({ PORT: portOf(processes.url) }, 'api')).toBe(0);
  expect(check({ WORKER_METRICS_PORT: portOf(processes.workerUrl) }, 'worker')).toBe(0);
  expect(check({ PORT: '1' }, 'api')).toBe(1);
  expect(check({}, 'another')).toBe(1);
});
