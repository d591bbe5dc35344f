import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findMongo } from '../../local/servers/find-mongo';
import { findTemporal } from '../../local/servers/find-temporal';
import { startGuarded } from '../../local/servers/guarded-server';
import { freePort } from '../../local/ports';
import { mongoCommand, temporalCommand } from '../../local/servers/server-commands';
import { waitForTemporal } from '../../local/servers/temporal-ready';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** The servers of a benchmark; `stop` ends those that were started here. */
export interface BenchServers {
  mongoUrl: string;
  mongoKind: string;
  temporalAddress: string;
  stop(): Promise<void>;
}

/** MongoDB and Temporal as `npm start` finds them; Temporal only when asked for (else its address is empty). */
export async function startServers({ temporal }: { temporal: boolean }): Promise<BenchServers> {
  const stops: (() => Promise<void> | void)[] = [];
  const mongo = await startMongo(stops);
  const temporalAddress = temporal ? await startTemporal(stops) : '';
  const stop = async () => {
    for (const end of stops.reverse()) await end();
  };
  return { ...mongo, temporalAddress, stop };
}

async function startMongo(stops: (() => Promise<void> | void)[]) {
  const uri = process.env['MONGODB_URI'];
  if (uri) return { mongoUrl: uri.replace(/\/+$/, ''), mongoKind: 'given' };
  const found = await findMongo(say);
  const dataDir = mkdtempSync(join(tmpdir(), 'contact-link-bench-'));
  stops.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const command = mongoCommand(found, found.kind === 'mongod' ? { port, dataDir } : { port });
  const server = await startGuarded('MongoDB', command, port);
  stops.push(() => server.stop());
  return { mongoUrl: `mongodb://127.0.0.1:${port}`, mongoKind: found.kind };
}

async function startTemporal(stops: (() => Promise<void> | void)[]): Promise<string> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given) return given;
  const found = await findTemporal(say);
  const port = await freePort();
  const server = await startGuarded('Temporal', temporalCommand(found, { port }), port);
  stops.push(() => server.stop());
  const address = `127.0.0.1:${port}`;
  await waitForTemporal({ address }, { limitMs: 60_000 });
  return address;
}

/** A program of ours in a process of its own, and the first line it said. */
export interface OwnProcess {
  child: ChildProcess;
  firstLine: string;
  ended: Promise<void>;
}

const root = join(__dirname, '../..');

/** Starts a TypeScript file and waits for its first line; what it says on stderr is passed on. */
export async function startOwn(file: string, args: readonly string[]): Promise<OwnProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, file), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // A benchmark that fails leaves nothing running.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const lines = createInterface({ input: child.stdout });
  const firstLine = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready`)));
  });
  return { child, firstLine, ended };
}

/** Ends a process that `startOwn` started, and waits until it has. */
export async function stopOwn({ child, ended }: OwnProcess, signal: NodeJS.Signals = 'SIGTERM') {
  child.kill(signal);
  await ended;
}

/** Memory of a process in MB; null where the system does not tell. */
export function rssMb(pid: number | undefined): number | null {
  try {
    const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Math.round(Number(line[1]) / 1024) : null;
  } catch {
    return null;
  }
}
