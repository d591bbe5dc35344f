import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';

const toAged = (path: string, age: number): string => path.replace(/\.log$/, `.${age}.log`);

/** Makes each log kept of before a log one older, and gives the free name of the newest of them. */
export function makeRoom(path: string, kept: number): string {
  for (let age = kept; age > 1; age -= 1)
    if (existsSync(toAged(path, age - 1))) renameSync(toAged(path, age - 1), toAged(path, age));
  return toAged(path, 1);
}

/** `DATA_DIR/logs/<name>.log`, begun anew at every start; so many before it are kept as `<name>.1.log` and so on. */
export function rotateLog(dataDir: string, name: string, kept: number): string {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}.log`);
  if (kept > 0 && existsSync(path)) renameSync(path, makeRoom(path, kept));
  return path;
}

/** At most `maxBytes` of a file, from an offset, or from the end when there is none; empty when there is no file. */
function readPart(path: string, maxBytes: number, offset?: number): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const from = offset ?? Math.max(0, size - maxBytes);
    const buffer = Buffer.alloc(Math.min(maxBytes, Math.max(0, size - from)));
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from));
  } finally {
    closeSync(file);
  }
}

const toLines = (bytes: Buffer): string[] => bytes.toString('utf8').split('\n').filter(Boolean);

const isShorter = (path: string, offset: number): boolean => existsSync(path) && statSync(path).size < offset;

/** Reads on from `offset`: the complete lines since then and the offset after them, at most 256 KB at a time. A log that was begun anew is read from its begin. */
export function readLines(path: string, from: number): { lines: string[]; offset: number } {
  const offset = isShorter(path, from) ? 0 : from;
  const bytes = readPart(path, 256 * 1024, offset);
  const end = bytes.lastIndexOf(0x0a) + 1;
  return { lines: toLines(bytes.subarray(0, end)), offset: offset + end };
}

/** The last lines of a log that may say why a process ended: those logged as mere notes are left out. */
export function readTail(path: string, lines: number): string[] {
  const isNote = (line: string) => /^\{.*"level":"(trace|debug|info)"/.test(line);
  const wanted = toLines(readPart(path, 16 * 1024)).filter((line) => !isNote(line));
  return wanted.slice(-lines).map(shorten);
}

export function shorten(line: string): string {
  return line.length > 300 ? `${line.slice(0, 300)}...` : line;
}
