import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { readStat } from '../scene/process-stat';

/** What a piece of work cost: the processor of this process and of servers, the longest block of the loop, and memory. */
export interface Cost {
  ms: number;
  ownCpuMs: number;
  /** Of the processes whose names were given; NaN where none was found. */
  serverCpuMs: number;
  longestBlockMs: number;
  /** Resident memory more than before, in MB. */
  grownMb: number;
}

/** The processor time of each process of these names, with its children that have ended: servers end and begin processes all the time. */
export function readTimes(names: readonly string[]): Map<string, number> {
  const times = readdirSync('/proc').flatMap((pid): [string, number][] => {
    try {
      if (!/^\d+$/.test(pid)) return [];
      if (!names.includes(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) return [];
      const stat = readStat(pid);
      return stat ? [[pid, stat.cpuMs]] : [];
    } catch {
      return [];
    }
  });
  return new Map(times);
}

/** What they used since. */
export function usedSince(before: ReadonlyMap<string, number>, names: readonly string[]): number {
  const now = [...readTimes(names)];
  return now.length === 0 ? Number.NaN : now.reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);
}

const rssMb = (): number => process.memoryUsage().rss / 2 ** 20;

/** Does the work and says what it cost. */
export async function measure<Result>(
  servers: readonly string[],
  work: () => Promise<Result>,
): Promise<{ result: Result; cost: Cost }> {
  global.gc?.();
  const before = { cpu: process.cpuUsage(), servers: readTimes(servers), rss: rssMb() };
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const startedMs = performance.now();
  const result = await work();
  const ms = performance.now() - startedMs;
  delays.disable();
  const { user, system } = process.cpuUsage(before.cpu);
  return {
    result,
    cost: {
      ms,
      ownCpuMs: (user + system) / 1_000,
      serverCpuMs: usedSince(before.servers, servers),
      longestBlockMs: delays.max / 1e6,
      grownMb: rssMb() - before.rss,
    },
  };
}
