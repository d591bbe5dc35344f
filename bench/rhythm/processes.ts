import { readdirSync, readFileSync } from 'node:fs';
import { readStat } from '../scene/process-stat';

/** The processes of a part: their ids. */
export type Part = readonly number[];

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** Those whose command line has all these words, or whose name is one of these. */
export function findProcesses({ words, names = [] }: { words?: string[]; names?: string[] }): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isIt = (id: string) => {
    if (names.includes(read(`/proc/${id}/comm`).trim())) return true;
    const command = read(`/proc/${id}/cmdline`).split('\0');
    return words !== undefined && words.every((word) => command.includes(word)) && !isGuard(command);
  };
  return ids.filter(isIt).map(Number);
}

/** A guard waits beside the server that it starts, and has its words. */
const isGuard = (command: readonly string[]): boolean => command.some((word) => word.endsWith('guard.mjs'));

/** The processor time of a part so far, in milliseconds; its children that ended, too. */
export const cpuMsOf = (part: Part): number => part.reduce((sum, id) => sum + (readStat(id)?.cpuMs ?? 0), 0);

/** The resident memory of a part in MB; what processes share is counted once for each. */
export function rssMbOf(part: Part): number {
  const kb = part.map((id) => Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${id}/status`))?.[1] ?? 0));
  return Math.round(kb.reduce((sum, one) => sum + one, 0) / 1_024);
}
