import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const others = 0o077;
const sticky = 0o1000;

/** What is in DATA_DIR by us; a folder that holds more than that, such as a home, is not touched beyond it. */
const names =
  /^(logs|sandbox|mongo|mongo\.mv.*|temporal\.db.*|.*\.json|.*\.lock|admin-token|encryption-key|api-address|.*-password)$/;

function close(path: string): void {
  try {
    const found = lstatSync(path);
    if (found.isSymbolicLink() || found.mode & sticky) return;
    if (found.mode & others) chmodSync(path, found.mode & ~others & 0o777);
    if (found.isDirectory()) for (const name of readdirSync(path)) close(join(path, name));
  } catch (error) {
    // It went away in between, or is another user's, who decides.
    if (!['ENOENT', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/**
 * The folder, for this user alone, with all that is in it from an earlier start; what this process and its children make from now on is theirs
 * alone, too: it holds every chat.
 */
export function keepPrivate(dataDir: string): void {
  process.umask(others);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const { mode } = lstatSync(dataDir);
  if (mode & others && !(mode & sticky)) chmodSync(dataDir, 0o700);
  for (const name of readdirSync(dataDir)) if (names.test(name)) close(join(dataDir, name));
}
