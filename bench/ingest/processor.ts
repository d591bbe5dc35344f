import { readdirSync, readFileSync } from 'node:fs';
import { readStat } from '../scene/process-stat';

/** Whose processor time is told apart: by what their command line has in it, the first that fits. */
const kinds = [
  { kind: 'API', words: ['api/main.ts', 'api/main.js'] },
  { kind: 'worker', words: ['worker-process', 'worker/main.js'] },
  { kind: 'portal', words: ['portal-main'] },
  { kind: 'Temporal', words: ['temporal'] },
  { kind: 'store', words: ['postgres', 'ferretdb', 'mongod', 'mongo'] },
] as const;

export type Kind = (typeof kinds)[number]['kind'] | 'generator';
export type ProcessorMs = Partial<Record<Kind, number>>;

interface Running {
  pid: number;
  parent: number;
  command: string;
  ms: number;
}

function readRunning(pid: number): Running[] {
  try {
    const stat = readStat(pid);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return stat ? [{ pid, parent: stat.parent, command, ms: stat.cpuMs }] : [];
  } catch {
    return [];
  }
}

const listRunning = (): Running[] => {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readRunning(Number(name)) : []));
  } catch {
    return [];
  }
};

/** A process and all that it started. */
function treeOf(roots: readonly number[], all: readonly Running[]): Running[] {
  const tree = new Set(roots);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return all.filter(({ pid }) => tree.has(pid));
}

function kindOf({ pid, command }: Running): Kind {
  if (pid === process.pid) return 'generator';
  const found = kinds.find(({ words }) => words.some((word) => command.includes(word)));
  return found?.kind ?? 'generator';
}

/**
 * The processor time that this program, all that it started and the store's processes have used; nothing where the system does not tell.
 * `storePids`: the store's first processes, where it was running before; none: all of the machine that are called as one.
 */
export function readProcessorMs(storePids: readonly number[]): ProcessorMs {
  const all = listRunning();
  const own = treeOf([process.pid], all);
  const store =
    storePids.length > 0
      ? treeOf(storePids, all)
      : all.filter((one) => !own.includes(one) && kindOf(one) === 'store' && !one.command.includes('node'));
  const sums: ProcessorMs = {};
  const count = (kind: Kind, { ms }: Running) => (sums[kind] = (sums[kind] ?? 0) + ms);
  for (const one of own) count(kindOf(one), one);
  for (const one of store) count('store', one);
  return sums;
}

/** Milliseconds of processor time a message, by whose it is; the portal and the generator are not the product. */
export function toProcessorLine(before: ProcessorMs, after: ProcessorMs, messages: number): string {
  const used = Object.entries(after).map(([kind, ms]) => ({ kind, ms: ms - (before[kind as Kind] ?? 0) }));
  const total = used.reduce((sum, { ms }) => sum + ms, 0);
  const each = (ms: number) => (ms / messages).toFixed(2);
  const parts = used.sort((a, b) => b.ms - a.ms).map(({ kind, ms }) => `${kind} ${each(ms)}`);
  return `processor ms a message: ${each(total)} = ${parts.join(' + ')}`;
}
