import type { PortalOverview } from '../../api/queries/overview';

export type Hour = PortalOverview['backedUp']['hours'][number];

/** What a manager asks first, over all portals. */
export interface Sum {
  linked: number;
  /** Links that are no usual linked ones, by the view that lists them. */
  others: { view: 'pending' | 'paused' | 'unlinked'; links: number }[];
  paused: number;
  needAttention: { code: string; links: number }[];
  attentionLinks: number;
  openReviews: number;
  reviews: PortalOverview['reviews'];
  /** What sources sent and could not be read. */
  unreadable: number;
  /** All of these together. */
  needs: number;
  waiting: number;
  waitingInGroups: number;
  oldestWaitingSince: string | null;
  lastRoundAt: string | null;
  backedUp: number;
  hours: Hour[];
}

const first = (times: (string | null)[]): string | null =>
  times.filter((time) => time !== null).sort()[0] ?? null;
const last = (times: (string | null)[]): string | null =>
  times
    .filter((time) => time !== null)
    .sort()
    .at(-1) ?? null;

/** The same hours of several portals together; of their delays the longer counts. */
function addHours(portals: readonly PortalOverview[]): Hour[] {
  const sums = new Map<string, Hour>();
  const longer = (a: number | null, b: number | null) => (a === null ? b : Math.max(a, b ?? 0));
  for (const hour of portals.flatMap(({ backedUp }) => backedUp.hours)) {
    const known = sums.get(hour.at);
    sums.set(
      hour.at,
      known
        ? {
            at: hour.at,
            messages: known.messages + hour.messages,
            p50Ms: longer(known.p50Ms, hour.p50Ms),
            p99Ms: longer(known.p99Ms, hour.p99Ms),
          }
        : hour,
    );
  }
  return [...sums.values()].sort((a, b) => a.at.localeCompare(b.at));
}

function addAttention(portals: readonly PortalOverview[]): Sum['needAttention'] {
  const sums = new Map<string, number>();
  for (const { code, links } of portals.flatMap(({ needAttention }) => needAttention))
    sums.set(code, (sums.get(code) ?? 0) + links);
  return [...sums].map(([code, links]) => ({ code, links })).sort((a, b) => b.links - a.links);
}

export function addUp(portals: readonly PortalOverview[]): Sum {
  const total = (of: (portal: PortalOverview) => number) =>
    portals.reduce((sum, portal) => sum + of(portal), 0);
  const needAttention = addAttention(portals);
  const attentionLinks = needAttention.reduce((sum, { links }) => sum + links, 0);
  const openReviews = total((portal) => portal.openReviews);
  const unreadable = total(({ sources }) => sources.reduce((sum, source) => sum + source.unreadable, 0));
  return {
    linked: total(({ links }) => links.linked),
    others: [
      { view: 'pending', links: total(({ links }) => links.pending) },
      { view: 'paused', links: total(({ links }) => links.paused) },
      { view: 'unlinked', links: total(({ links }) => links.unlinked) },
    ],
    paused: total(({ links }) => links.paused),
    needAttention,
    attentionLinks,
    openReviews,
    unreadable,
    needs: attentionLinks + openReviews + unreadable,
    reviews: {
      ambiguous: total(({ reviews }) => reviews.ambiguous),
      unmatched: total(({ reviews }) => reviews.unmatched),
      conflict: total(({ reviews }) => reviews.conflict),
    },
    waiting: total(({ waitingMessages }) => waitingMessages),
    waitingInGroups: total(({ waitingInGroups }) => waitingInGroups),
    oldestWaitingSince: first(portals.map(({ oldestWaitingSince }) => oldestWaitingSince)),
    lastRoundAt: last(portals.map(({ lastRoundAt }) => lastRoundAt)),
    backedUp: total(({ backedUp }) => backedUp.messages),
    hours: addHours(portals),
  };
}
