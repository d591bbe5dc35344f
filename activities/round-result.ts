import type { Attention, Clocks, LinkState, Rhythm } from '../domain/link';

/** A round as its workflow sees it: states, counts and times only. Times are ISO, durations milliseconds. */
export interface RoundResult extends Clocks {
  state: LinkState;
  rhythm: Rhythm;
  /** A change of the link waits to be carried out. */
  changeWaits: boolean;
  attention: Attention | null;
  delivered: number;
  pendingMessages: number;
  messagesBackedUp: number;
  arrivals: number;
  quiet: boolean;
  retryAfterMs: number | null;
  intervalMs: number;
  parkAfterQuietRounds: number | null;
  /** The next quiet rounds are those of one `awaitMessages`. Absent in answers of older versions, as is the next. */
  awaits?: boolean;
  /** From the start of this round until the link's next place in the interval. */
  untilNextMs?: number;
}
