import type { LinkState, Rhythm } from '../link';
import { phaseOf } from './phase';

/** The last sweep that looked at every parked link of a portal: when it began, how many there were, and how far sweeps lie apart. */
export interface ParkedCheck {
  checkedAt: Date;
  links: number;
  intervalMs: number;
}

/** So many are stamped by every sweep; of more, so many by each. */
const stampedASweep = 10_000;

const sweepsAStamp = ({ links }: ParkedCheck): number => Math.max(1, Math.ceil(links / stampedASweep));

/** How old a parked link's stamp is when it is stamped again: each link has its own time, between half and one and a half of the average, so that sweeps are alike. */
export const stampAfterMs = (linkId: string, check: ParkedCheck): number =>
  sweepsAStamp(check) === 1 ? 0 : (phaseOf(linkId) + 0.5) * sweepsAStamp(check) * check.intervalMs;

/** Whether a sweep stamps a parked link that it has looked at: a stamp costs the store a write of the whole link and of all its index entries. */
export function isStampDue(
  { _id, lastCheckedAt }: { _id: string; lastCheckedAt: Date | null },
  check: ParkedCheck | undefined,
  now: Date,
): boolean {
  if (!check || !lastCheckedAt) return true;
  return now.getTime() - lastCheckedAt.getTime() >= stampAfterMs(_id, check);
}

/** How old the stamp of a parked link may be that every sweep looks at, in milliseconds: 0 where every sweep stamps it. A sweep may last an interval. */
export const oldestStampMs = (check: ParkedCheck | undefined): number =>
  check && sweepsAStamp(check) > 1 ? (1.5 * sweepsAStamp(check) + 2) * check.intervalMs : 0;

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
