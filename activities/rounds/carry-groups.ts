import { randomUUID } from 'node:crypto';
import type { Lane } from '../../domain/link';
import { bindMissed } from '../groups/bind-missed';
import { listWaitingGroups, type Groups, type WaitingGroup } from '../groups/group-work';
import type { Round } from './round';
import { runLane, type LaneResult } from './run-lane';

/** How long after a carrier's death another one may go on; one that lives renews it. Short against a round's interval. */
const longestLeaseMs = 20_000;

/**
 * Works one group off, under a lease, so that of its members one does. The lease only spares work: what keeps two carriers from
 * posting twice are the compare-and-sets of the entries. Null: another one carries it just now.
 */
async function carryGroup(
  round: Round,
  { chat, target }: WaitingGroup,
  lanes: readonly Lane[],
): Promise<LaneResult[] | null> {
  const { store, settings } = round.deps;
  const leaseMs = Math.min(longestLeaseMs, 2 * settings.backupIntervalMs);
  const [lease, holder] = [`carry/${chat._id}`, randomUUID()];
  if (!(await store.leases.take(lease, holder, leaseMs))) return null;
  const renewing = setInterval(() => {
    store.leases.renew(lease, holder, leaseMs).catch(() => undefined);
  }, leaseMs / 4);
  try {
    const results: LaneResult[] = [];
    for (const lane of lanes) results.push(await runLane({ ...round, target }, lane));
    return results;
  } finally {
    clearInterval(renewing);
    await store.leases.release(lease, holder);
  }
}

/**
 * The groups' part of a link's round: what its own page missed of them, then what waits for all members and nobody else carries.
 * Trouble of one group stops no other, unless it is the portal's. Gives what was delivered.
 */
export async function carryGroups(
  round: Round,
  groups: Groups,
  lanes: readonly Lane[] = ['live', 'history'],
): Promise<LaneResult[]> {
  const carried: LaneResult[] = [];
  for (const member of groups.members.filter(({ missed }) => missed > 0)) {
    const { bound, trouble } = await bindMissed(round.deps, round.portal, round.link, member);
    carried.push({ delivered: bound, retryAfterMs: null, trouble });
  }
  for (const group of await listWaitingGroups(round.deps.store, round.link, groups)) {
    if (group.isToCarry) carried.push(...((await carryGroup(round, group, lanes)) ?? []));
  }
  return carried;
}
