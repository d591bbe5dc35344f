import { execFile } from 'node:child_process';
import { readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Way } from './obtain';

/** Servers that the SDK (temporal, time-skipping) and mongodb-memory-server (mongod) can fetch by themselves. */
export type Download = 'temporal' | 'time-skipping' | 'mongod';

/** A download that begins later than this, or stands still for longer than the second, is given up. */
const firstByteLimitMs = 20_000;
const stallLimitMs = 60_000;

/** How each library names the program that it leaves. */
const programName: Record<Download, RegExp> = {
  temporal: /^temporal-/,
  'time-skipping': /^temporal-test-server-/,
  mongod: /^mongod-/,
};

/** The way by a library's own download. */
export function downloadBy(library: string, what: Download): Way {
  const proof = process.platform === 'win32' ? `${what}.exe` : what;
  return {
    kept: { name: `${what}-download-2`, proof },
    how: `downloaded by ${library}`,
    async build(folder, say) {
      say(`asking ${library} to download ${what}`);
      await runDownload(folder, what);
      const name = readdirSync(folder).find((entry) => programName[what].test(entry));
      if (name === undefined) throw new Error(`the download of ${what} left no program`);
      renameSync(join(folder, name), join(folder, proof));
    },
  };
}

/** The libraries know no time limit, so the download runs in a process of its own that can be ended. */
async function runDownload(folder: string, what: Download): Promise<void> {
  const args = ['--import', 'tsx', join(__dirname, 'download-main.ts'), what, folder];
  const cwd = join(__dirname, '../..');
  const running = promisify(execFile)(process.execPath, args, { cwd, maxBuffer: Infinity });
  const timer = watchForStall(folder, () => running.child.kill('SIGKILL'));
  try {
    await running;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const reason = running.child.killed ? 'nothing arrives' : stderr.slice(-600).trim() || message;
    throw new Error(`no download of ${what}: ${reason}`, { cause: error });
  } finally {
    clearInterval(timer);
  }
}

function watchForStall(folder: string, end: () => void): NodeJS.Timeout {
  let [bytes, movedAt] = [0, Date.now()];
  return setInterval(() => {
    const now = sizeOf(folder);
    if (now !== bytes) [bytes, movedAt] = [now, Date.now()];
    if (Date.now() - movedAt > (bytes === 0 ? firstByteLimitMs : stallLimitMs)) end();
  }, 500);
}

function sizeOf(folder: string): number {
  // mongodb-memory-server writes a lock file before it asks for anything.
  const files = readdirSync(folder).filter((name) => !name.endsWith('.lock'));
  const sizes = files.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}
