import type { Stats } from '../../sandbox/portal';

/** What a portal was asked within a stretch. */
export interface Traffic {
  requests: number;
  /** Comments a request with comments; null where there was none. */
  fill: number | null;
  refusals: number;
}

const add = 'crm.timeline.comment.add';

const commentsOf = ({ writes }: Stats): number => writes.filter(({ method }) => method === add).length;

export function countTraffic(before: Stats, after: Stats): Traffic {
  const refused = ({ queryLimitExceeded, operationTimeLimit }: Stats) =>
    queryLimitExceeded + operationTimeLimit;
  const withComments = (after.requestsWith[add] ?? 0) - (before.requestsWith[add] ?? 0);
  return {
    requests: after.requests - before.requests,
    fill: withComments === 0 ? null : (commentsOf(after) - commentsOf(before)) / withComments,
    refusals: refused(after) - refused(before),
  };
}
