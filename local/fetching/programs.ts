import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Say } from '../say';

/** The full path of a program on the PATH, or null. */
export function findOnPath(program: string): string | null {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const paths = folders.flatMap((folder) => suffixes.map((suffix) => join(folder, program + suffix)));
  return paths.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The full path of a program on the PATH; throws the advice when it is not there. */
export function requireOnPath(program: string, advice: string): string {
  const path = findOnPath(program);
  if (path === null) throw new Error(advice);
  return path;
}

interface RunOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  /** Said with the seconds gone every ten seconds. */
  progress: { label: string; say: Say };
}

/** Runs a program to its end, or throws with the end of its output. */
export async function runProgram(
  path: string,
  args: string[],
  { progress, ...options }: RunOptions,
): Promise<void> {
  const startedAt = Date.now();
  const sayHowLong = () =>
    progress.say(`  ${progress.label}: ${Math.round((Date.now() - startedAt) / 1000)} s`);
  const timer = setInterval(sayHowLong, 10_000);
  try {
    await promisify(execFile)(path, args, { ...options, maxBuffer: Infinity });
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    const output = (stderr || stdout || '').slice(-2000).trim();
    throw new Error(`${path} ${args[0] ?? ''} ended with ${String(code)}: ${output}`, { cause: error });
  } finally {
    clearInterval(timer);
  }
}
