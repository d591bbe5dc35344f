import { readdirSync, readFileSync } from 'node:fs';

interface Seen {
  parent: number;
  cpuMs: number;
  rssMb: number;
}

/** Linux counts in hundredths of a second. */
const msPerTick = 10;
const mbPerPage = 4096 / 1024 / 1024;

/** A process by its `/proc/PID/stat`: what its ended children took is in it. Null: it is gone. */
function readProcess(pid: number): Seen | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Its name, in brackets, may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + one, 0);
    return { parent, cpuMs: ticks * msPerTick, rssMb: (fields[21] ?? 0) * mbPerPage };
  } catch {
    return null;
  }
}

/** Processor time and memory of some processes with all their descendants. */
export interface Usage {
  cpuMs: number;
  rssMb: number;
}

/** By part; each part is named by the processes at its root. Memory that processes share is counted in each of them. */
export function readUsage(parts: Readonly<Record<string, readonly number[]>>): Record<string, Usage> {
  const pids = readdirSync('/proc').flatMap((name) => Number(name) || []);
  const seen = new Map(pids.flatMap((pid) => [[pid, readProcess(pid)] as const]));
  const childrenOf = new Map<number, number[]>();
  for (const [pid, process] of seen)
    if (process) childrenOf.set(process.parent, [...(childrenOf.get(process.parent) ?? []), pid]);
  const add = (pid: number): Usage => {
    const own = seen.get(pid) ?? { cpuMs: 0, rssMb: 0 };
    return (childrenOf.get(pid) ?? []).map(add).reduce(plus, { cpuMs: own.cpuMs, rssMb: own.rssMb });
  };
  return Object.fromEntries(
    Object.entries(parts).map(([part, roots]) => [part, roots.map(add).reduce(plus, { cpuMs: 0, rssMb: 0 })]),
  );
}

const plus = (a: Usage, b: Usage): Usage => ({ cpuMs: a.cpuMs + b.cpuMs, rssMb: a.rssMb + b.rssMb });
