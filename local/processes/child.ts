import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../fetching/cache';
import type { createChildrenFile } from './children-file';
import { readLines, readTail, rotateLog, toErrorMessage } from './log-file';
import { waitUntil } from '../ports';
import type { Command } from '../servers/server-commands';

/** What to run and what its end means. */
export interface ChildSpec {
  name: string;
  command: Command;
  env?: Record<string, string | undefined>;
  /** Asked until it answers yes; `logPath` is where the process's output goes. */
  isReady: (logPath: string) => Promise<boolean>;
  readyLimitMs: number;
  /** Higher ends earlier. */
  stopFirst: number;
  /** Whether an end before it was ready is an error at once instead of a crash to recover from. */
  failsFast: boolean;
  /** Whether the product can do without it: its end with 0 is fine, and giving up on it ends nothing else. */
  optional?: boolean;
}

/** A process that is kept running. */
export interface Child {
  spec: ChildSpec;
  logPath: string;
  ready: Promise<void>;
  stop(graceMs: number): Promise<void>;
  kill(): void;
}

interface Surroundings {
  dataDir: string;
  say: Say;
  onGiveUp: (name: string) => void;
  file: ReturnType<typeof createChildrenFile>;
}

/** A life shorter than this counts as a quick crash; so many in a row, and it is given up. */
const quickMs = 30_000;
export const maxQuickCrashes = 5;

/** Starts the process, restarts it with growing pauses when it crashes, and tells its errors. */
export function startChild(spec: ChildSpec, { dataDir, say, onGiveUp, file }: Surroundings): Child {
  const logPath = rotateLog(dataDir, spec.name);
  const state = { process: null as ChildProcess | null, isStopping: false, isReady: false, quickCrashes: 0 };
  let failure: Error | null = null;
  const stopTelling = tellErrors(spec.name, logPath, say);

  function run(): void {
    const startedAt = Date.now();
    const child = spawnDetached(spec, logPath);
    state.process = child;
    const pid = child.pid;
    if (pid !== undefined) file.add(spec.name, pid);
    let isOver = false;
    const over = (how: string, isFine: boolean) => {
      if (isOver) return;
      isOver = true;
      if (pid !== undefined) file.remove(pid);
      if (!state.isStopping && !(isFine && spec.optional)) recover(how, Date.now() - startedAt);
    };
    child.once('error', (error) => over(error.message, false));
    child.once('exit', (code, signal) => over(signal ?? `exit code ${code}`, code === 0));
  }

  function recover(how: string, livedMs: number): void {
    state.quickCrashes = livedMs < quickMs ? state.quickCrashes + 1 : 1;
    const tail = readTail(logPath, 5).map((line) => `\n    ${line}`);
    const isFatal = spec.failsFast && !state.isReady;
    if (isFatal || state.quickCrashes >= maxQuickCrashes) {
      failure = new Error(`${spec.name} does not stay up (${how}); its log is ${logPath}${tail.join('')}`);
      if (isFatal) return;
      say(failure.message);
      if (!spec.optional) onGiveUp(spec.name);
      return;
    }
    const pauseMs = 500 * 2 ** (state.quickCrashes - 1);
    say(`${spec.name} ended (${how}) and is started again in ${pauseMs / 1000} s${tail.join('')}`);
    setTimeout(() => !state.isStopping && run(), pauseMs);
  }

  run();
  const ready = waitUntil(() => spec.isReady(logPath), {
    what: spec.name,
    limitMs: spec.readyLimitMs,
    isPossible: () => {
      if (failure) throw failure;
      if (state.isStopping) throw new Error(`${spec.name} was stopped before it was ready`);
    },
  }).then(() => void (state.isReady = true));

  return {
    spec,
    logPath,
    ready,
    async stop(graceMs) {
      state.isStopping = true;
      await endProcess(state.process, graceMs);
      stopTelling();
    },
    kill() {
      state.isStopping = true;
      if (state.process && isRunning(state.process)) state.process.kill('SIGKILL');
    },
  };
}

/** In a process group of its own, so that Ctrl-C reaches only the starter, which ends its children in order. */
function spawnDetached({ command, env }: ChildSpec, logPath: string): ChildProcess {
  const log = openSync(logPath, 'a');
  try {
    return spawn(command.program, command.args, {
      cwd: join(__dirname, '../..'),
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function endProcess(child: ChildProcess | null, graceMs: number): Promise<void> {
  if (!child || !isRunning(child)) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const patience = new AbortController();
  const killed = sleep(graceMs, undefined, { signal: patience.signal }).then(
    () => void child.kill('SIGKILL'),
    () => undefined,
  );
  await ended;
  patience.abort();
  await killed;
}

/** Shows what the process logs as an error, each message once a minute at most. */
function tellErrors(name: string, logPath: string, say: Say): () => void {
  const toldAt = new Map<string, number>();
  let offset = 0;
  const timer = setInterval(() => {
    const next = readLines(logPath, offset);
    offset = next.offset;
    for (const message of next.lines.map(toErrorMessage)) {
      if (message === null || Date.now() - (toldAt.get(message) ?? 0) < 60_000) continue;
      if (toldAt.size > 200) toldAt.clear();
      toldAt.set(message, Date.now());
      say(`${name}: ${message}`);
    }
  }, 1000);
  timer.unref();
  return () => clearInterval(timer);
}
