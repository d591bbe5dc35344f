import { copyFileSync, statSync, truncateSync } from 'node:fs';
import { makeRoom } from './log-file';
import type { Say } from '../say';

/** How large a log may grow, and how many before it are kept. */
export interface LogLimits {
  maxBytes: number;
  kept: number;
}

const everyMs = 2_000;

/**
 * Begins a log anew that has become too large. The process goes on writing into the same file, which works for programs of others, too: what it
 * writes in the moment between the copy and the cut is lost.
 */
export function turnLog(path: string, { maxBytes, kept }: LogLimits): void {
  const { size } = statSync(path);
  if (size < maxBytes) return;
  if (kept > 0) copyFileSync(path, makeRoom(path, kept));
  truncateSync(path, 0);
}

/** Looks after a log as long as it is written; gives the end of it. A disk without room is said once, and ends nothing. */
export function keepTurning(path: string, limits: LogLimits, say: Say): () => void {
  let isFailing = false;
  const timer = setInterval(() => {
    try {
      turnLog(path, limits);
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        say(`${path} cannot be begun anew (${String((error as NodeJS.ErrnoException).code)}) and grows on`);
      isFailing = true;
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
