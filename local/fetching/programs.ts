import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Say } from './cache';

/** A program that ended badly; the message holds the end of what it said. */
export class ProgramFailedError extends Error {
  override readonly name = 'ProgramFailedError';
}

/** The full path of a program on the PATH, or null. */
export function findOnPath(program: string, env: NodeJS.ProcessEnv = process.env): string | null {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const hit = suffixes.map((suffix) => join(folder, program + suffix)).find(isProgram);
    if (hit) return hit;
  }
  return null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** What is going on, said with the seconds gone at the start and every ten seconds. */
  progress?: { label: string; say: Say };
  signal?: AbortSignal;
}

/** Runs a program to its end and gives its stdout, or throws `ProgramFailedError` with the end of its output. */
export async function runProgram(path: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { cwd, env = process.env, signal, progress } = options;
  const startedAt = Date.now();
  const timer =
    progress && setInterval(() => progress.say(`  ${progress.label}: ${secondsSince(startedAt)} s`), 10_000);
  try {
    return await new Promise<string>((resolve, reject) => {
      const child = spawn(path, args, {
        cwd,
        env,
        signal,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let tail = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-2000)));
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) return resolve(stdout);
        reject(
          new ProgramFailedError(
            `${path} ${args[0] ?? ''} ended with ${code}: ${(tail || stdout.slice(-2000)).trim()}`,
          ),
        );
      });
    });
  } finally {
    clearInterval(timer);
  }
}

function secondsSince(startedAtMs: number): number {
  return Math.round((Date.now() - startedAtMs) / 1000);
}
