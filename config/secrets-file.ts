import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/**
 * The secret kept in `folder/name`, made when it is missing: 32 random bytes as hex, readable by its owner only. Two
 * processes that make it at once agree: link(2) lets one file get the name, complete, and both read that one.
 */
export function loadOrCreateSecret(folder: string, name: string): string {
  const path = join(folder, name);
  const kept = readSecret(path);
  if (kept !== null) return kept;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const made = readSecret(path);
  if (made === null) throw new Error(`${name} in DATA_DIR is empty; remove it to have it made anew`);
  return made;
}

function readSecret(path: string): string | null {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (secret) chmodSync(path, 0o600);
    return secret || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
