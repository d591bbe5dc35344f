import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildSpec } from './child-spec';
import type { ChildrenFile } from './children-file';
import { endProcess } from './end-process';
import { readTail, rotateLog } from './log-file';
import { beginLife, type Life } from './one-life';
import { waitUntil } from '../ports';
import type { Say } from '../say';
import { showErrors } from './show-errors';
import { keepTurning, type LogLimits } from './turn-log';

/** A process that is kept running. */
export type Child = ReturnType<typeof startChild>;

interface Surroundings {
  dataDir: string;
  say: Say;
  onGiveUp: (name: string) => void;
  logs: LogLimits;
  file: ChildrenFile;
}

interface State {
  logPath: string;
  life: Life | null;
  hasBeenReady: boolean;
  isStopping: boolean;
  failure: Error | null;
}

/** Starts the process, restarts it with growing pauses when it crashes, and shows its errors. */
export function startChild(spec: ChildSpec, surroundings: Surroundings) {
  const { name, isReady = () => Promise.resolve(true), readyLimitMs = 60_000 } = spec;
  const { dataDir, logs, say } = surroundings;
  const logPath = rotateLog(dataDir, name, logs.kept);
  const stopShowing = showErrors(name, logPath, say);
  const stopTurning = keepTurning(logPath, logs, say);
  const state: State = { logPath, life: null, hasBeenReady: false, isStopping: false, failure: null };
  void keepRunning(spec, state, surroundings);
  const isPossible = () => {
    if (state.failure) throw state.failure;
    if (state.isStopping) throw new Error(`${name} was stopped before it was ready`);
  };
  const ready = waitUntil(() => isReady(logPath), { what: name, limitMs: readyLimitMs, isPossible });
  return {
    stopFirst: spec.stopFirst,
    ready: ready.then(() => void (state.hasBeenReady = true)),
    async stop(graceMs: number): Promise<void> {
      state.isStopping = true;
      if (state.life) await endProcess(state.life.process, graceMs);
      stopShowing();
      stopTurning();
    },
    kill(): void {
      state.isStopping = true;
      state.life?.process.kill('SIGKILL');
    },
  };
}

/** A life shorter than this counts as a quick crash; so many in a row, and it is given up. */
const quickMs = 30_000;
const maxQuickCrashes = 5;

async function keepRunning(spec: ChildSpec, state: State, { say, onGiveUp, file }: Surroundings) {
  const { logPath } = state;
  for (let quickCrashes = 0; !state.isStopping;) {
    state.life = beginLife(spec, logPath, file);
    const { how, isFine, livedMs } = await state.life.ended;
    if (state.isStopping || (isFine && spec.optional)) return;
    quickCrashes = livedMs < quickMs ? quickCrashes + 1 : 1;
    const tail = ['', ...readTail(logPath, 5)].join('\n    ');
    // The one who waits for `ready` says a fatal failure.
    const isFatal = spec.failsFast === true && !state.hasBeenReady;
    if (isFatal || quickCrashes >= maxQuickCrashes) {
      state.failure = new Error(`${spec.name} does not stay up (${how}); its log is ${logPath}${tail}`);
      if (!isFatal) say(state.failure.message);
      if (!isFatal && !spec.optional) onGiveUp(spec.name);
      return;
    }
    const pauseMs = 500 * 2 ** (quickCrashes - 1);
    say(`${spec.name} ended (${how}) and is started again in ${pauseMs / 1000} s${tail}`);
    await sleep(pauseMs);
  }
}
