import type { Stretch } from './figures/costs';
import type { Usage } from './figures/processor';

/** A stretch of time in which something was done, and when. */
export interface Timed extends Stretch {
  beganMs: number;
  endedMs: number;
}

/** Measures what is taken while some work is done; how many rounds were done in it is for the caller to say. */
export const createStretches =
  (usage: () => Record<string, Usage>) =>
  async (work: () => Promise<unknown>): Promise<Timed> => {
    const before = usage();
    const beganMs = Date.now();
    await work();
    const endedMs = Date.now();
    const times = Object.fromEntries(
      Object.entries(usage()).map(([part, { cpuMs }]) => [part, cpuMs - (before[part]?.cpuMs ?? 0)]),
    );
    const seconds = (endedMs - beganMs) / 1000;
    return { beganMs, endedMs, seconds, times, contactRounds: 0, activeContactRounds: 0 };
  };
export type Stretches = ReturnType<typeof createStretches>;
