import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKept, keepBuilt, type Kept, type Say } from './cache';

/** What the SDK (temporal, time-skipping) and mongodb-memory-server (mongod) can fetch by themselves. */
export type Download = 'temporal' | 'time-skipping' | 'mongod';

export class DownloadFailedError extends Error {
  override readonly name = 'DownloadFailedError';
}

/** A stream that begins later than this, or stands still for longer than the second, is given up. */
const firstByteLimitMs = 20_000;
const stallLimitMs = 60_000;

/** Names the fetched program inside the download's folder, and proves that it is complete. */
const nameFile = 'program-name';

function keptAs(what: Download): Kept {
  return { name: `${what}-download-1`, proof: nameFile };
}

/** The program fetched by an earlier download, or null. */
export function findDownloaded(what: Download): string | null {
  const folder = findKept(keptAs(what));
  return folder && join(folder, readFileSync(join(folder, nameFile), 'utf8'));
}

/**
 * The path of the program, fetched when it is not there yet. Throws `DownloadFailedError` when nothing arrives within
 * 20 s or the stream stands still for a minute. The fetching libraries have no such limit, so they run in a process of
 * their own that can be ended.
 */
export async function download(what: Download, say: Say): Promise<string> {
  const folder = await keepBuilt(keptAs(what), (draft) => fetchInto(draft, what), say);
  return join(folder, readFileSync(join(folder, nameFile), 'utf8'));
}

const programName: Record<Download, RegExp> = {
  temporal: /^temporal-/,
  'time-skipping': /^temporal-test-server-/,
  mongod: /^mongod-/,
};

async function fetchInto(folder: string, what: Download): Promise<void> {
  await runDownload(folder, what);
  const name = readdirSync(folder).find((entry) => programName[what].test(entry));
  if (name === undefined) throw new DownloadFailedError(`the download of ${what} left no program`);
  writeFileSync(join(folder, nameFile), name);
}

function runDownload(folder: string, what: Download): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', join(__dirname, 'download-main.ts'), what, folder],
      {
        cwd: join(__dirname, '../..'),
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-600)));
    const stall = watchForStall(folder, () => child.kill('SIGKILL'));
    child.on('error', reject);
    child.on('close', (code) => {
      stall.stop();
      if (code === 0) return resolve();
      const reason = stall.reason() ?? (complaint.trim() || `ended with ${code}`);
      reject(new DownloadFailedError(`no download of ${what}: ${reason}`));
    });
  });
}

function watchForStall(folder: string, end: () => void) {
  let [bytes, movedAt, reason] = [0, Date.now(), null as string | null];
  const timer = setInterval(() => {
    const now = sizeOf(folder);
    if (now !== bytes) [bytes, movedAt] = [now, Date.now()];
    const limitMs = bytes === 0 ? firstByteLimitMs : stallLimitMs;
    if (Date.now() - movedAt < limitMs) return;
    reason = `nothing arrived for ${limitMs / 1000} s`;
    end();
  }, 500);
  return { stop: () => clearInterval(timer), reason: () => reason };
}

function sizeOf(folder: string): number {
  // mongodb-memory-server writes a lock file before it asks for anything.
  const files = readdirSync(folder).filter((name) => !name.endsWith('.lock'));
  const sizes = files.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}
