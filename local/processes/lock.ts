import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, isSameProcess, type ProcessIdentity } from './process-identity';

/** A lock that is ours until `release()`; a process that dies leaves it behind, and the next one takes it over. */
export interface Lock {
  release(): void;
}

export class LockedError extends Error {
  override readonly name = 'LockedError';
  constructor(readonly ownerPid: number) {
    super(`held by process ${ownerPid}`);
  }
}

/** Takes the lock at once or throws `LockedError` with the living owner's pid. */
export function takeLock(path: string): Lock {
  mkdirSync(dirname(path), { recursive: true });
  const mine = JSON.stringify(identify());
  const release = () => {
    if (readIfThere(path) === mine) rmSync(path, { force: true });
  };
  for (let attempt = 0; attempt < 20; attempt++) {
    if (createLockFile(path, mine)) return { release };
    const found = readIfThere(path);
    if (found === null) continue;
    const ownerPid = toLivingOwner(found);
    if (ownerPid !== null) throw new LockedError(ownerPid);
    removeStale(path, found);
  }
  throw new LockedError(0);
}

/** Takes the lock as soon as its owner lets go or dies; `onWait` is called once when there is something to wait for. */
export async function waitForLock(path: string, onWait: (ownerPid: number) => void): Promise<Lock> {
  for (let hasWaited = false; ;) {
    try {
      return takeLock(path);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      if (!hasWaited) onWait(error.ownerPid);
      hasWaited = true;
      await sleep(300);
    }
  }
}

/** link(2) fails when the name is taken, and the file has its content from its first moment. */
function createLockFile(path: string, content: string): boolean {
  const draft = `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Two may find the same dead owner: the slower must not remove the lock that the faster has made since. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.stale-${process.pid}-${Math.random().toString(36).slice(2)}`;
  try {
    renameSync(path, aside);
    if (readIfThere(aside) !== stale) linkSync(aside, path);
  } catch {
    // Another was faster; the next reading of the file shows its lock to both.
  }
  rmSync(aside, { force: true });
}

/** The pid of the process that wrote this, when it lives. */
function toLivingOwner(content: string): number | null {
  try {
    const { pid, startedAt = null } = JSON.parse(content) as ProcessIdentity;
    const lives = startedAt === null ? isAlive(pid) : isSameProcess({ pid, startedAt });
    return lives ? pid : null;
  } catch {
    return null;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
