import type { MessageKind } from '../content/kind';

/** Which files are taken. */
export interface FileWish {
  maxBytes: number;
  /** MIME types such as `video/mp4`, or families such as `video/*`. */
  refusedTypes: readonly string[];
  /** The same; empty: all that are not refused. */
  wantedTypes: readonly string[];
}

/** Why a file is not taken. */
export type FileRefusal = 'too_large' | 'type_refused';

/** `image/jpeg` of `IMAGE/JPEG; q=1`; nothing where that says nothing. */
const toType = (mimeType: string | null): string => {
  const type = mimeType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/octet-stream' ? '' : type;
};

const families: Partial<Record<MessageKind, string>> = {
  image: 'image/',
  sticker: 'image/',
  video: 'video/',
  audio: 'audio/',
  voice: 'audio/',
};

const isOneOf = (type: string, types: readonly string[]): boolean =>
  types.some((one) => one === type || one === `${type.split('/')[0]}/*`);

/** Of a file whose type nobody says, only what the kind of its message rules out is refused. */
function isKindRefused({ refusedTypes, wantedTypes }: FileWish, kind: MessageKind): boolean {
  const family = families[kind];
  if (family === undefined) return false;
  const isWanted = wantedTypes.length === 0 || wantedTypes.some((type) => type.startsWith(family));
  return refusedTypes.includes(`${family}*`) || !isWanted;
}

/**
 * Why a file is not taken, or null. One whose type nobody says is judged by the kind of its message; a document without one is taken, until
 * its bytes tell.
 */
export function refusalOf(
  wish: FileWish,
  { mimeType, sizeBytes }: { mimeType: string | null; sizeBytes: number | null },
  kind: MessageKind,
): FileRefusal | null {
  const { maxBytes, refusedTypes, wantedTypes } = wish;
  if (sizeBytes !== null && sizeBytes > maxBytes) return 'too_large';
  const type = toType(mimeType);
  if (type === '') return isKindRefused(wish, kind) ? 'type_refused' : null;
  const isRefused = isOneOf(type, refusedTypes) || (wantedTypes.length > 0 && !isOneOf(type, wantedTypes));
  return isRefused ? 'type_refused' : null;
}
