import { totalmem } from 'node:os';

/** What is known when a worker starts. */
export interface CacheFacts {
  /** Of the machine, or of the container where that is less. */
  memoryBytes: number;
  linksInRounds: number;
  /** Somebody's choice; null: ours. */
  wanted: number | null;
}

/** How many workflows a worker keeps in memory, and what decided it. */
export interface CacheChoice {
  workflows: number;
  by:
    'the setting' | 'the links in rounds' | 'memory' | 'the cost of looking through them' | 'the usual least';
}

/** The code of a worker, its connections and what is under way. */
const baseBytes = 400_000_000;
/** 0.06 to 0.3 MB were measured. */
const bytesEach = 300_000;
/** Beyond it each step of a workflow looks through so many that reading a short history again is no dearer. */
const most = 2_000;
/** For links that are woken while a worker runs. */
const usualLeast = 500;
const fewest = 50;

/**
 * Half of what memory is left, at 0.3 MB each, holds the links that are in rounds and those woken meanwhile. A link outside the cache is no
 * fault: its run is read again, which is short.
 */
export function sizeCache({ memoryBytes, linksInRounds, wanted }: CacheFacts): CacheChoice {
  if (wanted !== null) return { workflows: wanted, by: 'the setting' };
  const byMemory = Math.max(fewest, Math.floor((memoryBytes - baseBytes) / 2 / bytesEach));
  const useful = Math.max(usualLeast, Math.ceil(linksInRounds * 1.2));
  const workflows = Math.min(byMemory, useful, most);
  if (workflows === byMemory) return { workflows, by: 'memory' };
  if (workflows === most) return { workflows, by: 'the cost of looking through them' };
  return { workflows, by: useful === usualLeast ? 'the usual least' : 'the links in rounds' };
}

/** The memory this process may use. A container without a limit names a number beyond any machine. */
export const readMemoryBytes = (): number => Math.min(process.constrainedMemory() || Infinity, totalmem());
