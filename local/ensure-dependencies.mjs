// Runs before `npm start` and `npm test`, with Node alone: installs the dependencies when they are missing or belong to
// another package-lock.json, so that those two commands are the only ones a person has to know.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const oldestNode = [20, 19];

/** A sentence about a Node that is too old, or null. */
export function explainOldNode(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return null;
  return `Contact Link needs Node ${oldestNode.join('.')} or later; this is Node ${version}.`;
}

/** Why the dependencies in `root` have to be installed, or null when they are those of its package-lock.json. */
export function explainMissing(root) {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return 'dependencies are missing';
  const stamp = stampPath(root);
  const kept = existsSync(stamp) ? readFileSync(stamp, 'utf8') : null;
  return kept === hashOfLock(root) ? null : 'dependencies do not belong to this package-lock.json';
}

/** Remembers that the dependencies in `root` are those of its package-lock.json. */
export function rememberInstalled(root) {
  writeFileSync(stampPath(root), hashOfLock(root));
}

const stampPath = (root) => join(root, 'node_modules', '.contact-link-lock-hash');

function hashOfLock(root) {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).digest('hex');
}

/** Every package of the lock file is installed at its version, by whatever tool; then nothing is left to do. */
export function isInstalled(root) {
  try {
    const read = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8')).packages;
    const installed = read('node_modules', '.package-lock.json');
    return Object.entries(read('package-lock.json')).every(
      ([path, wanted]) =>
        path === '' || wanted.optional || wanted.peer || installed[path]?.version === wanted.version,
    );
  } catch {
    return false;
  }
}

function main(root) {
  const old = explainOldNode(process.versions.node);
  if (old) return fail(old);
  const reason = explainMissing(root);
  if (reason === null) return;
  if (!isInstalled(root)) {
    console.log(`${reason}: running npm ci (about a minute, once)`);
    const npm = process.env.npm_execpath;
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund'];
    // Under npm, npm_execpath is its script; started by hand, npm is on the PATH.
    const run = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
    const { status, error } = spawnSync(run[0], run[1], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32' && run[0] === 'npm',
    });
    if (status !== 0) return fail(`npm ci did not succeed${error ? `: ${error.message}` : ''}.`);
  }
  rememberInstalled(root);
}

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  main(join(dirname(fileURLToPath(import.meta.url)), '..'));
}
