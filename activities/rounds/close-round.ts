import type { LinkDoc } from '../../store/links/link-schema';
import { toAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import type { Round } from './round';
import { countDelivered, type LaneResult } from './run-lane';
import { toLateMs } from './timeliness';

/** Writes down why a round failed, where a person looks for it; best effort, since the store may be what failed. */
export async function recordTrouble(
  { store, onRound }: ActivityDeps,
  link: LinkDoc,
  error: unknown,
): Promise<void> {
  onRound?.('failed');
  const trouble = toTrouble(error);
  try {
    await store.links.recordTry(link._id, new Date());
    if (trouble.portalWide) await store.portals.setAttention(link.portalId, toAttention(trouble));
    await store.links.setAttention(link._id, toAttention(trouble));
  } catch {
    // The failure itself is on its way to the workflow, which shows it.
  }
}

/** How a round went. `waiting`: rows of the live lane that are left; `by`: the link's own workflow, or a drain of the portal. */
interface Ended {
  startedAt: Date;
  lanes: readonly LaneResult[];
  waiting: number;
  by: 'workflow' | 'drain';
}

/** Leaves the clocks and the attention of a round that ended. `lastSyncAt` stands still while something of the live lane waits. */
export async function closeRound(
  { deps: { store, settings, onRound }, link }: Round,
  { startedAt, lanes, waiting, by }: Ended,
): Promise<void> {
  const { _id: id, attention } = link;
  await store.links.moveClocks(id, {
    checkedAt: startedAt,
    syncedAt: waiting > 0 ? null : startedAt,
    triedAt: by === 'workflow' ? startedAt : null,
  });
  const trouble = lanes.find((lane) => lane.trouble !== null)?.trouble ?? null;
  // An outcome that is not known yet says nothing: what was wrong may be so still.
  const isKnown = lanes.every(({ retryAfterMs }) => retryAfterMs === null);
  if (trouble) await store.links.setAttention(id, toAttention(trouble));
  else if (attention && isKnown) await store.links.setAttention(id, null);
  const outcome = trouble || !isKnown ? 'failed' : countDelivered(lanes) > 0 ? 'backed-up' : 'quiet';
  onRound?.(outcome, by === 'workflow' ? toLateMs(link, startedAt, settings) : null);
}
