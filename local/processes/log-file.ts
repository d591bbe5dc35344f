import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** `DATA_DIR/logs/<name>.log`, begun anew at every start; the three before it are kept as `<name>.1.log` and so on. */
export function rotateLog(dataDir: string, name: string): string {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const paths = ['', '.1', '.2', '.3'].map((suffix) => join(folder, `${name}${suffix}.log`));
  for (let age = paths.length - 1; age > 0; age--) {
    const [older, newer] = [paths[age] ?? '', paths[age - 1] ?? ''];
    if (existsSync(newer)) renameSync(newer, older);
  }
  return join(folder, `${name}.log`);
}

/** Reads on from `offset`: the complete lines since then and the offset after them, at most 256 KB at a time. */
export function readLines(path: string, offset: number): { lines: string[]; offset: number } {
  if (!existsSync(path)) return { lines: [], offset };
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(256 * 1024, Math.max(0, fstatSync(file).size - offset)));
    const bytes = readSync(file, buffer, 0, buffer.length, offset);
    const end = buffer.subarray(0, bytes).lastIndexOf(0x0a) + 1;
    const lines = buffer.subarray(0, end).toString('utf8').split('\n').filter(Boolean);
    return { lines, offset: offset + end };
  } finally {
    closeSync(file);
  }
}

/** The last lines of a log, for a person who has to see why a process ended; what was merely noted is left out. */
export function readTail(path: string, lines: number): string[] {
  if (!existsSync(path)) return [];
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const buffer = Buffer.alloc(Math.min(16 * 1024, size));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const told = buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '' && !isMereNote(line));
    return told.slice(-lines).map(shorten);
  } finally {
    closeSync(file);
  }
}

function isMereNote(line: string): boolean {
  return /^\{.*"level":"(trace|debug|info)"/.test(line);
}

/** What an error line of a JSON log says; null for any other line. */
export function toErrorMessage(line: string): string | null {
  if (!/"level":"(error|fatal)"/.test(line)) return null;
  try {
    const { msg, err } = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    const parts = [msg, err?.message].filter(
      (part): part is string => typeof part === 'string' && part !== '',
    );
    return shorten([...new Set(parts)].join(': ') || line);
  } catch {
    return null;
  }
}

function shorten(line: string): string {
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}
