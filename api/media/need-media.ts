import { z } from 'zod';
import type { Translation } from '../../domain/message';
import { fileWishOf } from '../../intake/files/file-wish';
import type { AccountDoc } from '../../store/accounts';
import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';

/** One file that a client is asked for. */
export const neededFile = z
  .object({
    id: z.string().meta({ description: 'The message’s id, as the client gave it.' }),
    chatId: z.string().meta({ description: 'The message’s chat, as the client gave it.' }),
    mediaId: z.string(),
    uploadUrl: z.string().meta({ description: 'Where to PUT the bytes, below our own origin.' }),
    maxBytes: z.number(),
    sha256: z.string().nullable().meta({ description: 'As the client said it: other bytes are refused.' }),
  })
  .meta({ id: 'NeededFile' });

type NeededFile = z.output<typeof neededFile>;

interface Item {
  raw: unknown;
  translation: Translation;
}

const textAt = (raw: unknown, key: string): string => {
  const value: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, key) : null;
  return typeof value === 'string' ? value : '';
};

const isWanted = ({ state, source }: MediaDoc): boolean =>
  source.kind === 'upload' && (state === 'wanted' || state === 'lost');

/** What was delivered, and the files that were noted with it. */
interface Noted {
  items: readonly Item[];
  files: readonly MediaDoc[];
}

/**
 * The files of a delivery that are not had yet and can be: also of messages that were known before, so that a client that repeats its
 * messages is told once more. Only those that were not noted just now are asked for.
 */
export async function listNeeded(
  store: Store,
  account: AccountDoc,
  { items, files }: Noted,
): Promise<NeededFile[]> {
  const withFile = items.flatMap(({ raw, translation }) =>
    translation.kind === 'message' && translation.message.media?.source.kind === 'upload'
      ? [{ raw, message: translation.message }]
      : [],
  );
  if (withFile.length === 0) return [];
  const noted = new Set(files.map(({ stanzaId }) => stanzaId));
  const stanzaIds = new Set(withFile.map(({ message }) => message.stanzaId).filter((id) => !noted.has(id)));
  const { maxBytes } = fileWishOf(store, account.policy);
  const others = stanzaIds.size === 0 ? [] : await store.media.listOfStanzas(account._id, [...stanzaIds]);
  const taken = [...files, ...others]
    .filter(isWanted)
    .filter(({ reason }) => reason !== 'too_large' && reason !== 'type_refused');
  return withFile.flatMap(({ raw, message }) => {
    const file = taken.find(
      ({ stanzaId, fromMe }) => stanzaId === message.stanzaId && fromMe === message.fromMe,
    );
    if (!file) return [];
    const uploadUrl = `/api/v1/ingest/media/${file._id}`;
    const { _id: mediaId, sha256 } = file;
    return [{ id: textAt(raw, 'id'), chatId: textAt(raw, 'chatId'), mediaId, uploadUrl, maxBytes, sha256 }];
  });
}
