import type { IncomingMedia } from '../../domain/message';
import type { MediaReason } from './media-schema';

/** Which files are taken, and for how long they are kept. */
export interface FileLimits {
  maxBytes: number;
  /** MIME types such as `video/mp4`, or families such as `video/*`. */
  refusedTypes: readonly string[];
  /** How long a file is kept once it is on its page. */
  keptForMs: number;
}

export const usualLimits: FileLimits = {
  maxBytes: 100_000_000,
  refusedTypes: [],
  keptForMs: 30 * 24 * 3_600_000,
};

/** `image/jpeg` of `IMAGE/JPEG; q=1`. */
const bareType = (mimeType: string): string => mimeType.split(';')[0]?.trim().toLowerCase() ?? '';

/** Why a file is not taken by these limits, or null. */
export function refusalOf(
  { maxBytes, refusedTypes }: FileLimits,
  { mimeType, sizeBytes }: Pick<IncomingMedia, 'mimeType' | 'sizeBytes'>,
): MediaReason | null {
  if (sizeBytes !== null && sizeBytes > maxBytes) return 'too_large';
  const type = bareType(mimeType ?? '');
  const family = `${type.split('/')[0]}/*`;
  return refusedTypes.some((refused) => refused === type || refused === family) ? 'type_refused' : null;
}
