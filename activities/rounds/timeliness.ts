import type { EntryDoc } from '../../store/delivery/entry-schema';
import type { LinkDoc } from '../../store/links/link-schema';
import type { BackupSettings } from '../deps';

/** How much later than an interval after the last try a round of a link began; null: it is its first, or it was parked, and none was due. */
export function toLateMs(
  { rhythm, lastTriedAt }: Pick<LinkDoc, 'rhythm' | 'lastTriedAt'>,
  startedAt: Date,
  { backupIntervalMs }: Pick<BackupSettings, 'backupIntervalMs'>,
): number | null {
  if (rhythm !== 'rounds' || !lastTriedAt) return null;
  return Math.max(0, startedAt.getTime() - lastTriedAt.getTime() - backupIntervalMs);
}

/** How long the newest message of a live entry took from being written to its page; null: an entry of the past is never fresh. */
export const toTookMs = (
  { lane, newestAt }: Pick<EntryDoc, 'lane' | 'newestAt'>,
  deliveredAt: Date,
): number | null => (lane === 'live' ? Math.max(0, deliveredAt.getTime() - newestAt.getTime()) : null);
