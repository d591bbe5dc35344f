import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { waitForLock } from '../processes/lock';
import { isAlive } from '../processes/process-identity';
import type { Say } from '../say';

/** Where built and downloaded servers are kept: outside the work tree, so that a fresh clone builds nothing again. */
function cacheRoot(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'contact-link');
}

/** Something kept in the cache. `proof` is the file (relative) that a complete one has. */
export interface Kept {
  name: string;
  proof: string;
}

/** Fills a folder with what is to be kept. */
export type Build = (folder: string, say: Say) => Promise<void>;

/** The folder of a complete `name` in the cache, or null. */
export function findKept({ name, proof }: Kept): string | null {
  const folder = join(cacheRoot(), name);
  return existsSync(join(folder, proof)) ? folder : null;
}

/** The folder of `name` in the cache, built first when it is missing. Two processes never build at once. */
export async function keepBuilt(kept: Kept, build: Build, say: Say): Promise<string> {
  const ready = findKept(kept);
  if (ready) return ready;
  const lock = await waitForLock(join(cacheRoot(), `${kept.name}.lock`), (pid) =>
    say(`waiting for process ${pid}, which builds ${kept.name}`),
  );
  try {
    return findKept(kept) ?? (await buildAnew(kept, build, say));
  } finally {
    lock.release();
  }
}

/** Builds in a folder that gets its name at the end: a build that is killed leaves nothing that looks finished. */
async function buildAnew({ name, proof }: Kept, build: Build, say: Say): Promise<string> {
  removeAbandonedBuilds(name);
  const folder = join(cacheRoot(), name);
  const draft = `${folder}.building-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    await build(draft, say);
    if (!existsSync(join(draft, proof))) throw new Error(`the build of ${name} made no ${proof}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function removeAbandonedBuilds(name: string): void {
  for (const entry of readdirSync(cacheRoot())) {
    if (!entry.startsWith(`${name}.building-`)) continue;
    if (isAlive(Number(entry.slice(entry.lastIndexOf('-') + 1)))) continue;
    rmSync(join(cacheRoot(), entry), { recursive: true, force: true });
  }
}
