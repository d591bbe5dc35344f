import { toLinkTarget } from '../../domain/ids';
import type { ActivityDeps } from '../deps';
import { toRoundResult, type RoundResult } from './round-result';

/**
 * The round of a link for which nothing waits, which is nearly every round there is: four small questions to the store and
 * none to the portal. Null: something waits or is to be told, and a whole round must look. It reads the time and `arrivals` before
 * the rows, as every round does.
 */
export async function checkLink(
  { store, settings }: ActivityDeps,
  linkId: string,
): Promise<RoundResult | null> {
  const startedAt = new Date();
  const link = await store.links.load(linkId);
  const isPlain =
    link?.state === 'linked' && link.rhythm !== 'paused' && link.change === null && link.attention === null;
  if (!isPlain) return null;
  const target = toLinkTarget(linkId);
  if ((await store.outbox.hasAny(target)) || (await store.entries.hasUnsettled(target))) return null;
  if (link.rhythm === 'parked') await store.links.setRhythm(linkId, 'rounds', ['parked']);
  await store.links.moveClocks(linkId, { checkedAt: startedAt, syncedAt: startedAt, triedAt: startedAt });
  const checked = { ...link, rhythm: 'rounds' as const, lastCheckedAt: startedAt, lastSyncAt: startedAt };
  return toRoundResult(settings, checked, { lanes: [], pendingMessages: 0 });
}
