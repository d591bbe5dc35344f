/** The facts that decide when the next round is due. Durations in milliseconds. */
export interface RhythmInput {
  intervalMs: number;
  /** Null: never park. */
  parkAfterQuietRounds: number | null;
  quietRounds: number;
  /** Something waits that can go on before the interval is over; null when nothing does. */
  retryAfterMs: number | null;
  /** How long the round took: the next one is an interval after this one's *start*. */
  elapsedMs: number;
}

/** How to wait until the next round: for a time, or until woken. */
export type Pause = { kind: 'wait'; ms: number } | { kind: 'park' };

const minPauseMs = 1_000;

/** Every round an interval after the last began; sooner when something waits; parked when nothing came for long. */
export function pauseAfter(input: RhythmInput): Pause {
  const { intervalMs, parkAfterQuietRounds, quietRounds, retryAfterMs, elapsedMs } = input;
  if (retryAfterMs === null && parkAfterQuietRounds !== null && quietRounds >= parkAfterQuietRounds) {
    return { kind: 'park' };
  }
  const untilGrid = Math.max(minPauseMs, intervalMs - elapsedMs);
  return {
    kind: 'wait',
    ms: retryAfterMs === null ? untilGrid : Math.max(0, Math.min(untilGrid, retryAfterMs)),
  };
}
