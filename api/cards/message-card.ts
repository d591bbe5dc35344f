import { z } from 'zod';
import { toItemId, toRepeated, type ItemId } from '../../domain/ids';
import type { MessageDoc, MessageVersion } from '../../store/chats/messages';
import { isTelling, type EntryDoc } from '../../store/delivery/entries';
import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';
import { timeField } from '../http/fields';
import { deliverySchema, toDelivery } from './delivery-card';
import { detailsSchema } from './details-card';
import { pick, toCard } from './to-card';

const fileSchema = z
  .object({
    id: z.string(),
    state: z.enum(['wanted', 'stored', 'lost', 'refused', 'expired']),
    reason: z.string().nullable().meta({ description: 'Why it is not on the page.' }),
    fileName: z.string().nullable(),
    mimeType: z.string().nullable(),
    otherType: z.string().nullable().meta({
      description: 'What its bytes are, where that is not what `mimeType` says; it is only downloaded then.',
    }),
    sizeBytes: z.number().nullable(),
  })
  .meta({ id: 'MessageFile' });

const versionSchema = z.object({
  event: z.enum(['create', 'edit', 'revoke', 'reaction', 'vote', 'response']),
  fromMe: z.boolean().meta({ description: 'Our account did it.' }),
  senderName: z.string().nullable(),
  speakerId: z.string().nullable().meta({ description: 'Only in groups: the person who said or did this.' }),
  kind: z.string(),
  text: z.string().nullable(),
  fileName: z.string().nullable(),
  quotedText: z.string().nullable(),
  forwarded: z.boolean(),
  details: detailsSchema.optional(),
  sentAt: timeField,
  arrivedAt: timeField,
  entryId: z.string().nullable(),
  delivery: deliverySchema,
  file: fileSchema
    .nullable()
    .meta({ description: 'Its file; null: it has none. The bytes: `GET /media/{id}`, once it is stored.' }),
});

export const messageSchema = z
  .object({
    id: z.string(),
    chatId: z.string(),
    accountId: z.string(),
    stanzaId: z.string(),
    fromMe: z.boolean(),
    senderPersonId: z.string().nullable(),
    senderName: z.string().nullable(),
    versions: z.array(versionSchema),
    emptiedAt: timeField.nullable().meta({
      description: 'Since when its texts and files are no longer kept here; null: they are.',
    }),
  })
  .meta({ id: 'Message', description: 'A WhatsApp message with every version of it.' });

export type MessageCard = z.output<typeof messageSchema>;

/** What is known of versions besides themselves: their entries, rows and files. */
interface Known {
  entries: ReadonlyMap<ItemId, EntryDoc>;
  waiting: ReadonlySet<ItemId>;
  files: ReadonlyMap<string, MediaDoc>;
}

/** What was refused may have been sent again, and once more: the last of these entries counts. */
function toTries(item: ItemId): ItemId[] {
  const again = toRepeated(item);
  return [item, again, toRepeated(again)];
}

/** A text in parts is told with its first part; the others follow in the same lane. */
const itemOf = (messageId: string, { v }: MessageVersion): ItemId => toItemId(messageId, v, 1);

async function loadKnown({ entries, outbox, media }: Store, messages: readonly MessageDoc[]): Promise<Known> {
  const items = messages.flatMap(({ _id, versions }) => versions.map((version) => itemOf(_id, version)));
  const [found, waiting, files] = await Promise.all([
    entries.listByItems(items.flatMap(toTries)),
    outbox.whichItems(items),
    media.listOfMessages(messages.map(({ _id }) => _id)),
  ]);
  const telling = found.filter(isTelling);
  return {
    entries: new Map(telling.flatMap((entry) => entry.items.map((item) => [item, entry]))),
    waiting,
    files: new Map(files.map((file) => [`${file.messageId}/${file.v}`, file])),
  };
}

function toMessage(message: MessageDoc, known: Known): MessageCard {
  const toVersion = (version: MessageVersion) => {
    const item = itemOf(message._id, version);
    const entry = toTries(item)
      .flatMap((one) => known.entries.get(one) ?? [])
      .at(-1);
    const file = known.files.get(`${message._id}/${version.v}`);
    return pick(versionSchema, {
      ...version,
      speakerId: version.speakerId ?? null,
      delivery: toDelivery(entry, known.waiting.has(item)),
      file: file ? toCard(fileSchema, { ...file, otherType: file.otherType ?? null }) : null,
    });
  };
  return toCard(messageSchema, {
    ...message,
    emptiedAt: message.emptiedAt ?? null,
    senderName: message.versions.find(({ event }) => event === 'create')?.senderName ?? null,
    versions: message.versions.map(toVersion),
  });
}

/** Messages as lists show them, with three reads for all of them. */
export async function toMessages(store: Store, messages: readonly MessageDoc[]): Promise<MessageCard[]> {
  const known = await loadKnown(store, messages);
  return messages.map((message) => toMessage(message, known));
}
