import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChildrenFile, stopLeftovers } from '../../local/processes/children-file';
import type { ChildSpec } from '../../local/processes/child-spec';
import { isAlive } from '../../local/processes/process-identity';
import { waitUntil } from '../../local/ports';
import { createSupervisor } from '../../local/processes/supervisor';
import type { LogLimits } from '../../local/processes/turn-log';

let dataDir: string;
const strays: ChildProcess[] = [];
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'contact-link-children-'))));
afterEach(async () => {
  for (const stray of strays.splice(0)) {
    if (stray.exitCode !== null || stray.signalCode !== null) continue;
    stray.kill('SIGKILL');
    await once(stray, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function startStray(script = 'setInterval(() => {}, 1000)'): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up')`]);
  strays.push(child);
  await once(child.stdout, 'data');
  return child as typeof child & { pid: number };
}

const childrenFile = () =>
  JSON.parse(readFileSync(join(dataDir, 'children.json'), 'utf8')) as Array<{ name: string; pid: number }>;

test('what an earlier start left running is found and ended', async () => {
  const left = await startStray();
  createChildrenFile(dataDir).add('worker', left.pid);
  const leftovers = createChildrenFile(dataDir).listLeftovers();
  expect(leftovers).toMatchObject([{ name: 'worker', pid: left.pid }]);
  const exit = once(left, 'exit');
  await stopLeftovers(leftovers, 5000);
  expect(await exit).toEqual([null, 'SIGTERM']);
});

test('a leftover that does not listen is killed after the grace', async () => {
  const deaf = await startStray(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`);
  createChildrenFile(dataDir).add('worker', deaf.pid);
  const exit = once(deaf, 'exit');
  await stopLeftovers(createChildrenFile(dataDir).listLeftovers(), 200);
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('a stranger that got the pid of a dead child is left alone', async () => {
  const stranger = await startStray();
  writeFileSync(
    join(dataDir, 'children.json'),
    JSON.stringify([{ name: 'worker', pid: stranger.pid, startedAt: 'another-time' }]),
  );
  const leftovers = createChildrenFile(dataDir).listLeftovers();
  expect(leftovers).toEqual([]);
  await stopLeftovers([{ name: 'worker', pid: stranger.pid, startedAt: 'another-time' }], 100);
  expect(isAlive(stranger.pid)).toBe(true);
});

test('a children file that cannot be read stops nobody', () => {
  writeFileSync(join(dataDir, 'children.json'), '[{"pid":"1"');
  expect(createChildrenFile(dataDir).listLeftovers()).toEqual([]);
});

function spec(name: string, script: string, more: Partial<ChildSpec> = {}): ChildSpec {
  return {
    name,
    command: { program: process.execPath, args: ['-e', script] },
    isReady: (logPath) => Promise.resolve(readFileSync(logPath, 'utf8').includes('up')),
    readyLimitMs: 20_000,
    stopFirst: 0,
    failsFast: false,
    ...more,
  };
}

function supervise(logs: LogLimits = { maxBytes: 1_000_000, kept: 3 }) {
  const said: string[] = [];
  const givenUp: string[] = [];
  const supervisor = createSupervisor({
    dataDir,
    say: (line) => said.push(line),
    onGiveUp: (name) => givenUp.push(name),
    logs,
  });
  return { supervisor, said, givenUp };
}

const tellEnd = (name: string) => `
  process.on('SIGTERM', () => {
    require('fs').appendFileSync(process.env.OUT, '${name} ');
    process.exit(0);
  });
  setInterval(() => {}, 1000);
  console.log('up');`;

test('children are recorded while they run and end in the order that was asked for', async () => {
  const { supervisor } = supervise();
  const env = { OUT: join(dataDir, 'ended') };
  await supervisor.start(spec('mongo', tellEnd('mongo'), { env, stopFirst: 0 }));
  await supervisor.start(spec('worker', tellEnd('worker'), { env, stopFirst: 5 }));
  await supervisor.start(spec('api', tellEnd('api'), { env, stopFirst: 4 }));
  expect(childrenFile().map(({ name }) => name)).toEqual(['mongo', 'worker', 'api']);
  await supervisor.stopAll();
  expect(readFileSync(join(dataDir, 'ended'), 'utf8')).toBe('worker api mongo ');
  expect(childrenFile()).toEqual([]);
});

test('a child that crashes is started again, and says so with the end of its log', async () => {
  const { supervisor, said, givenUp } = supervise();
  await supervisor.start(spec('worker', `console.log('up'); setInterval(() => {}, 1000)`));
  const [before] = childrenFile();
  process.kill(before?.pid ?? 0, 'SIGKILL');
  await waitUntil(() => Promise.resolve(childrenFile().some(({ pid }) => pid !== before?.pid)), {
    what: 'a new worker',
    limitMs: 20_000,
  });
  expect(said.join('\n')).toMatch(/worker ended \(SIGKILL\) and is started again in 0\.5 s\n {4}up/);
  expect(givenUp).toEqual([]);
  await supervisor.stopAll();
});

test('a child that crashes five times at once is given up', async () => {
  const { supervisor, said, givenUp } = supervise();
  const start = supervisor.start(spec('worker', `console.error('no luck'); process.exit(3)`));
  await expect(start).rejects.toThrow(/worker does not stay up \(exit code 3\)[^]*no luck/);
  expect(givenUp).toEqual(['worker']);
  expect(said.filter((line) => line.includes('started again'))).toHaveLength(4);
  await supervisor.stopAll();
});

test('a server that ends before it is ready fails at once', async () => {
  const { supervisor, givenUp } = supervise();
  const start = supervisor.start(
    spec('mongo', `console.log('disk full'); process.exit(1)`, { failsFast: true }),
  );
  await expect(start).rejects.toThrow(/mongo does not stay up[^]*disk full/);
  expect(givenUp).toEqual([]);
  await supervisor.stopAll();
});

test('a program that does not exist fails like one that crashes', async () => {
  const { supervisor } = supervise();
  const start = supervisor.start(
    spec('mongo', '', { failsFast: true, command: { program: '/nowhere/mongod', args: [] } }),
  );
  await expect(start).rejects.toThrow(/mongo does not stay up.*ENOENT/);
  await supervisor.stopAll();
});

test('errors in the log of a child are shown', async () => {
  const { supervisor, said } = supervise();
  const line = JSON.stringify({ level: 'error', msg: 'no portal', err: { message: 'refused' } });
  await supervisor.start(
    spec('api', `console.log('up'); console.log(${JSON.stringify(line)}); setInterval(() => {}, 1000)`),
  );
  await waitUntil(() => Promise.resolve(said.length > 0), { what: 'the error', limitMs: 10_000 });
  expect(said).toEqual(['api: no portal: refused']);
  await supervisor.stopAll();
});

const logOf = (name: string): string => readFileSync(join(dataDir, 'logs', name), 'utf8');

test('a log that grows too large is begun anew while it is written, errors after that are shown, and so many are kept', async () => {
  const { supervisor, said } = supervise({ maxBytes: 20_000, kept: 2 });
  const script = `
    console.log('up');
    let line = 0;
    setInterval(() => console.log(String(++line).padStart(1_000, '0')), 20);
    setInterval(() => console.log(JSON.stringify({ level: 'error', msg: 'trouble ' + line })), 500);`;
  await supervisor.start(spec('worker', script));
  const names = () => readdirSync(join(dataDir, 'logs')).sort();
  await waitUntil(() => Promise.resolve(names().length === 3), { what: 'two old logs', limitMs: 60_000 });
  expect(logOf('worker.2.log').startsWith('up\n')).toBe(true);
  const saidBefore = said.length;
  await waitUntil(
    () => Promise.resolve(!logOf('worker.2.log').startsWith('up\n') && said.length > saidBefore),
    {
      what: 'a third turn and an error after it',
      limitMs: 60_000,
    },
  );
  expect(names()).toEqual(['worker.1.log', 'worker.2.log', 'worker.log']);
  await supervisor.stopAll();
});
