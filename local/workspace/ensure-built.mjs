// Builds the workspace's page when its sources changed since the last build; otherwise it costs a few milliseconds.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const skipped = new Set(['node_modules', 'dist', 'generated']);

function listFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !skipped.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFiles(path) : [path];
    });
}

/** The hash of all that the page is made of: its sources and the packages' versions. */
function hashOfSources(root) {
  const hash = createHash('sha256');
  for (const path of [...listFiles(join(root, 'workspace')), join(root, 'package-lock.json')]) {
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** Builds the page unless it is there already; whether it was built is the answer. */
export async function ensureBuilt(root, say = console.log) {
  const dist = join(root, 'workspace', 'dist');
  const stamp = join(dist, '.sources');
  const hash = hashOfSources(root);
  const isThere = existsSync(join(dist, 'index.html')) && existsSync(stamp);
  if (isThere && readFileSync(stamp, 'utf8') === hash) return false;
  say('building the workspace (some seconds, only after a change)');
  const { build } = await import('vite');
  await build({ configFile: join(root, 'workspace', 'vite.config.mjs'), mode: 'production' });
  writeFileSync(stamp, hash);
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    await ensureBuilt(join(dirname(fileURLToPath(import.meta.url)), '..', '..'));
  } catch (error) {
    console.error(`The workspace could not be built: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
