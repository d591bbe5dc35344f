import type { LinkState, Rhythm } from '../link';

/** The last sweep that looked at every parked link of a portal: when it began, how many there were, and how far sweeps lie apart. */
export interface ParkedCheck {
  checkedAt: Date;
  links: number;
  intervalMs: number;
}

/** Up to so many parked links of a portal are stamped by every sweep. */
const allStamped = 10_000;
/** Of more, so many by each. A stamp costs the store a write of the whole link and of all its index entries. */
const stampedASweep = 2_500;
/** A sweep may stamp a fourth more, so that many that are due at once get their turn before they are twice as old. */
const moreASweep = 1.25;

const sweepsAStamp = (links: number): number => (links <= allStamped ? 1 : Math.ceil(links / stampedASweep));

/** Which parked links a sweep stamps of those that it has looked at: those whose stamp is from before a time, so many at most. */
export function stampsDue(
  links: number,
  intervalMs: number,
  startedAt: Date,
): { before: Date; most: number } {
  if (links <= allStamped) return { before: startedAt, most: Infinity };
  return {
    before: new Date(startedAt.getTime() - sweepsAStamp(links) * intervalMs),
    most: stampedASweep * moreASweep,
  };
}

/** How old the stamp of a parked link may be that every sweep looks at, in milliseconds: 0 where every sweep stamps it. A sweep may last an interval. */
export const oldestStampMs = (check: ParkedCheck | undefined): number =>
  check && check.links > allStamped ? (2 * sweepsAStamp(check.links) + 2) * check.intervalMs : 0;

/** What is known of how a link is in step. */
export interface Clocks {
  lastSyncAt: Date | null;
  lastCheckedAt: Date | null;
}

const laterOf = (own: Date | null, at: Date): Date => (own && own > at ? own : at);

/** The clocks of a link: where it is parked and nothing waits for it, the sweep's look at all of them counts as much as a stamp. */
export function clocksOf(
  { state, rhythm, lastSyncAt, lastCheckedAt }: Clocks & { state: LinkState; rhythm: Rhythm },
  check: ParkedCheck | undefined,
  hasWaiting: boolean,
): Clocks {
  if (!check || state !== 'linked' || rhythm !== 'parked' || hasWaiting) return { lastSyncAt, lastCheckedAt };
  const { checkedAt } = check;
  return { lastSyncAt: laterOf(lastSyncAt, checkedAt), lastCheckedAt: laterOf(lastCheckedAt, checkedAt) };
}
