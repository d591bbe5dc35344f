import { readdirSync } from 'node:fs';
import { readStat } from '../../scene/process-stat';

/** Processor time and memory of some processes with all their descendants. */
export interface Usage {
  cpuMs: number;
  rssMb: number;
}

/** By part, with what ended children took; each part is named by the processes at its root. Memory that processes share is counted in each of them. */
export function readUsage(parts: Readonly<Record<string, readonly number[]>>): Record<string, Usage> {
  const pids = readdirSync('/proc').flatMap((name) => Number(name) || []);
  const seen = new Map(pids.flatMap((pid) => [[pid, readStat(pid)] as const]));
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
