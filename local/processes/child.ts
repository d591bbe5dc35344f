import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildrenFile } from './children-file';
import { endProcess } from './end-process';
import { readTail, rotateLog } from './log-file';
import { beginLife, type Life } from './one-life';
import { waitUntil } from '../ports';
import type { Say } from '../say';
import type { Command } from '../servers/server-commands';
import { showErrors } from './show-errors';

/** What to run and what its end means. */
export interface ChildSpec {
  name: string;
  command: Command;
  env?: Record<string, string>;
  /** Asked until it answers yes; `logPath` is where the process's output goes. Absent: ready at once. */
  isReady?: (logPath: string) => Promise<boolean>;
  readyLimitMs?: number;
  /** Higher ends earlier. */
  stopFirst: number;
  /** Whether an end before it was ready is an error at once instead of a crash to recover from. */
  failsFast?: boolean;
  /** Whether the product can do without it: its end with 0 is fine, and giving up on it ends nothing else. */
  optional?: boolean;
}

/** A process that is kept running. */
export type Child = ReturnType<typeof startChild>;

interface Surroundings {
  dataDir: string;
  say: Say;
  onGiveUp: (name: string) => void;
  file: ChildrenFile;
}

/** A life shorter than this counts as a quick crash; so many in a row, and it is given up. */
const quickMs = 30_000;
const maxQuickCrashes = 5;

/** Starts the process, restarts it with growing pauses when it crashes, and shows its errors. */
export function startChild(spec: ChildSpec, { dataDir, say, onGiveUp, file }: Surroundings) {
  const { name, isReady = () => Promise.resolve(true), readyLimitMs = 60_000 } = spec;
  const logPath = rotateLog(dataDir, name);
  const stopShowing = showErrors(name, logPath, say);
  let life: Life | null = null;
  let [hasBeenReady, isStopping, failure] = [false, false, null as Error | null];

  async function keepRunning(): Promise<void> {
    for (let quickCrashes = 0; !isStopping;) {
      life = beginLife(spec, logPath, file);
      const { how, isFine, livedMs } = await life.ended;
      if (isStopping || (isFine && spec.optional)) return;
      quickCrashes = livedMs < quickMs ? quickCrashes + 1 : 1;
      const isFatal = spec.failsFast === true && !hasBeenReady;
      if (isFatal || quickCrashes >= maxQuickCrashes) return giveUp(how, isFatal);
      const pauseMs = 500 * 2 ** (quickCrashes - 1);
      say(`${name} ended (${how}) and is started again in ${pauseMs / 1000} s${toTail(logPath)}`);
      await sleep(pauseMs);
    }
  }

  /** A fatal failure is said by the one who waits for `ready`. */
  function giveUp(how: string, isFatal: boolean): void {
    failure = new Error(`${name} does not stay up (${how}); its log is ${logPath}${toTail(logPath)}`);
    if (isFatal) return;
    say(failure.message);
    if (!spec.optional) onGiveUp(name);
  }

  function isPossible(): void {
    if (failure) throw failure;
    if (isStopping) throw new Error(`${name} was stopped before it was ready`);
  }

  void keepRunning();
  const ready = waitUntil(() => isReady(logPath), { what: name, limitMs: readyLimitMs, isPossible });
  return {
    stopFirst: spec.stopFirst,
    ready: ready.then(() => void (hasBeenReady = true)),
    async stop(graceMs: number): Promise<void> {
      isStopping = true;
      if (life) await endProcess(life.process, graceMs);
      stopShowing();
    },
    kill(): void {
      isStopping = true;
      life?.process.kill('SIGKILL');
    },
  };
}

function toTail(logPath: string): string {
  return readTail(logPath, 5)
    .map((line) => `\n    ${line}`)
    .join('');
}
