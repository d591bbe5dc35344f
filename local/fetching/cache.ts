import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { waitForLock } from '../processes/lock';
import { isAlive } from '../processes/process-identity';

/** Tells the person at the terminal one line. */
export type Say = (line: string) => void;

/** Where built and downloaded servers are kept: outside the work tree, so that a fresh clone builds nothing again. */
export function cacheRoot(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'contact-link');
}

/** Something kept in the cache. `proof` is the file (relative) that a complete one has. */
export interface Kept {
  name: string;
  proof: string;
}

/** The folder of a complete `name` in the cache, or null. */
export function findKept({ name, proof }: Kept): string | null {
  const folder = join(cacheRoot(), name);
  return existsSync(join(folder, proof)) ? folder : null;
}

/**
 * The folder of `name` in the cache, built first when it is missing. Two processes never build at once, and a build that
 * is killed leaves nothing that looks finished: it happens in a folder of its own and gets its name at the end.
 */
export async function keepBuilt(
  kept: Kept,
  build: (folder: string) => Promise<void>,
  say: Say,
): Promise<string> {
  const ready = findKept(kept);
  if (ready) return ready;
  const folder = join(cacheRoot(), kept.name);
  const lock = await waitForLock(`${folder}.lock`, (pid) =>
    say(`waiting for process ${pid}, which builds ${kept.name}`),
  );
  try {
    const builtMeanwhile = findKept(kept);
    if (builtMeanwhile) return builtMeanwhile;
    removeAbandonedBuilds(kept.name);
    const draft = `${folder}.building-${process.pid}`;
    mkdirSync(draft, { recursive: true });
    try {
      await build(draft);
      if (!existsSync(join(draft, kept.proof)))
        throw new Error(`the build of ${kept.name} made no ${kept.proof}`);
      rmSync(folder, { recursive: true, force: true });
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    return folder;
  } finally {
    lock.release();
  }
}

function removeAbandonedBuilds(name: string): void {
  for (const entry of readdirSync(cacheRoot())) {
    if (!entry.startsWith(`${name}.building-`)) continue;
    if (isAlive(Number(entry.slice(entry.lastIndexOf('-') + 1)))) continue;
    rmSync(join(cacheRoot(), entry), { recursive: true, force: true });
  }
}
