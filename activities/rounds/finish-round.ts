import type { LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { toAttention } from '../portal-attention';
import type { Round } from './round';
import type { LaneResult } from './run-lane';

/** Writes down why a round failed, where a person looks for it; best effort, since the store may be what failed. */
export async function recordTrouble({ store }: ActivityDeps, link: LinkDoc, error: unknown): Promise<void> {
  const trouble = toTrouble(error);
  try {
    await store.links.recordTry(link._id, new Date());
    if (trouble.portalWide) await store.portals.setAttention(link.portalId, toAttention(trouble));
    await store.links.setAttention(link._id, toAttention(trouble));
  } catch {
    // The failure itself is on its way to the workflow, which shows it.
  }
}

/**
 * Leaves the clocks of a finished round. `lastSyncAt` stands still while something of the live lane waits. `by`: the link's own
 * workflow, or a drain of the portal.
 */
export async function finishRound(
  round: Round,
  startedAt: Date,
  lanes: readonly LaneResult[],
  by: 'workflow' | 'drain',
): Promise<void> {
  const { store } = round.deps;
  const { _id: id, attention } = round.link;
  const waiting = lanes.length > 0 && (await store.outbox.count(round.target, 'live')) > 0;
  await store.links.moveClocks(id, {
    checkedAt: startedAt,
    syncedAt: waiting ? null : startedAt,
    triedAt: by === 'workflow' ? startedAt : null,
  });
  const trouble = lanes.find((lane) => lane.trouble !== null)?.trouble ?? null;
  // An outcome that is not known yet says nothing: what was wrong may be so still.
  const isKnown = lanes.every(({ retryAfterMs }) => retryAfterMs === null);
  if (trouble) await store.links.setAttention(id, toAttention(trouble));
  else if (attention && isKnown) await store.links.setAttention(id, null);
}
