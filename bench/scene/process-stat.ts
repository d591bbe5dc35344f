import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const msPerTick = 10;
const mbPerPage = 4096 / 1024 / 1024;

/** A process by its `/proc/PID/stat`. */
export interface ProcessStat {
  parent: number;
  /** What it has used itself, in milliseconds. */
  ownCpuMs: number;
  /** The same with its children that have ended. */
  cpuMs: number;
  rssMb: number;
}

/** Null: the process is gone, or the system does not tell. */
export function readStat(pid: number | string): ProcessStat | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Its name, in brackets, may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const sum = (from: number, to: number) =>
      fields.slice(from, to).reduce((all, one) => all + one, 0) * msPerTick;
    const [, parent = 0] = fields;
    return { parent, ownCpuMs: sum(11, 13), cpuMs: sum(11, 15), rssMb: (fields[21] ?? 0) * mbPerPage };
  } catch {
    return null;
  }
}
