/** The facts that decide when the next round is due. Durations in milliseconds. */
export interface RhythmInput {
  intervalMs: number;
  /** Null: never park. */
  parkAfterQuietRounds: number | null;
  quietRounds: number;
  /** Something waits that can go on before the interval is over; null when nothing does. */
  retryAfterMs: number | null;
  /** How many rounds in a row, this one included, left something to be tried again soon. */
  retries: number;
  /** From this round's *start* until the next one; an interval unless given. */
  untilNextMs?: number | undefined;
  /** How long the round took. */
  elapsedMs: number;
}

/** How to wait until the next round: for a time, or until woken. */
export type Pause = { kind: 'wait'; ms: number } | { kind: 'park' };

const minuteMs = 60_000;
const minPauseMs = 1_000;

/** A pause that doubles with every try before; `tries` is 1 at least. */
const doubled = (firstMs: number, tries: number, longestMs: number): number =>
  Math.min(longestMs, firstMs * 2 ** Math.min(Math.max(tries, 1) - 1, 30));

/** Every round at the link's place in the interval, or an interval after the last began; sooner when something waits; parked when nothing came for long. */
export function pauseAfter(input: RhythmInput): Pause {
  const { parkAfterQuietRounds, quietRounds, retryAfterMs, retries, elapsedMs } = input;
  const { untilNextMs = input.intervalMs } = input;
  if (retryAfterMs === null && parkAfterQuietRounds !== null && quietRounds >= parkAfterQuietRounds) {
    return { kind: 'park' };
  }
  const untilGrid = Math.max(minPauseMs, untilNextMs - elapsedMs);
  if (retryAfterMs === null) return { kind: 'wait', ms: untilGrid };
  return {
    kind: 'wait',
    ms: Math.min(untilGrid, Math.max(retryAfterMs, doubled(minPauseMs, retries, untilGrid))),
  };
}

/** Until an unfinished change is tried again; never sooner than the portal allows. */
export const pauseOfChange = (tries: number, retryAfterMs: number | null): number =>
  Math.max(doubled(10_000, tries, 15 * minuteMs), retryAfterMs ?? 0);

/** Until a new contact that the portal refused is asked for again, when nothing changes meanwhile. */
export const pauseOfRefusal = (refusals: number): number => doubled(minuteMs, refusals, 24 * 60 * minuteMs);

/** Until an entry goes again that was refused, for the so-manieth time, for a reason that is not known. */
export const pauseOfUnclear = (refusals: number): number => doubled(minuteMs, refusals, 15 * minuteMs);

/** Until the number is looked up again that got an owner while its contact was to be made. */
export const pauseOfOwner = (times: number): number => doubled(2_000, times, minuteMs);

/** Until a drain goes on that moved nothing so many times in a row. */
export const pauseOfDrain = (idle: number): number => doubled(minPauseMs, idle, minuteMs);
