import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** `DATA_DIR/logs/<name>.log`, begun anew at every start; the three before it are kept as `<name>.1.log` and so on. */
export function rotateLog(dataDir: string, name: string): string {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (age: number) => join(folder, age === 0 ? `${name}.log` : `${name}.${age}.log`);
  for (const age of [3, 2, 1]) if (existsSync(pathOf(age - 1))) renameSync(pathOf(age - 1), pathOf(age));
  return pathOf(0);
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

/** Reads on from `offset`: the complete lines since then and the offset after them, at most 256 KB at a time. */
export function readLines(path: string, offset: number): { lines: string[]; offset: number } {
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
