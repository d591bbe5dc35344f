import type { IncomingMedia, IncomingMessage, MessageKind } from '../../domain/message';
import { parseMessageId } from '../message-id';
import { findContent, readPath, readText } from './engine-data';
import type { WahaMessage } from './payload';

const kindsWithFile: readonly MessageKind[] = ['image', 'video', 'audio', 'voice', 'document', 'sticker'];

/** Engines give 64-bit numbers as numbers, as text, or in two halves. */
function readSize(value: unknown): number | null {
  const low = readPath(value, 'low');
  const size = Number(typeof low === 'number' ? low + Number(readPath(value, 'high') ?? 0) * 2 ** 32 : value);
  return value != null && Number.isSafeInteger(size) && size > 0 ? size : null;
}

/** The file of a message: where WAHA put it, and the message by which it can be asked for again. */
export function readMedia(message: WahaMessage, kind: MessageKind): Pick<IncomingMessage, 'media'> {
  const { id, hasMedia, media, _data } = message;
  if (!(hasMedia || media) || !kindsWithFile.includes(kind)) return {};
  const content = findContent(_data)?.content;
  const url: unknown = media?.['url'];
  const source: IncomingMedia['source'] = {
    kind: 'waha',
    url: typeof url === 'string' && url !== '' ? url : null,
    chatId: parseMessageId(id)?.chatJid ?? message.from ?? '',
    messageId: id,
  };
  return {
    media: {
      mimeType: media?.mimetype ?? readText(content, 'mimetype') ?? null,
      sizeBytes: readSize(readPath(content, 'fileLength') ?? readPath(_data, 'size')),
      // WhatsApp's own hashes are partly of the encrypted file.
      sha256: null,
      source,
    },
  };
}
