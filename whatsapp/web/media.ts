import type { IncomingMessage, MediaSource, MessageKind } from '../../domain/message';
import { findContent, readPath, readText } from './engine-data';
import type { WebMessage } from './message';

export const kindsWithFile: readonly MessageKind[] = [
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
];

/** Engines give 64-bit numbers as numbers, as text, or in two halves. */
function readSize(value: unknown): number | null {
  const low = readPath(value, 'low');
  const size = Number(typeof low === 'number' ? low + Number(readPath(value, 'high') ?? 0) * 2 ** 32 : value);
  return value != null && Number.isSafeInteger(size) && size > 0 ? size : null;
}

/** The file of a message; `source` says where its bytes are to be had. */
export function readMedia(
  message: WebMessage,
  kind: MessageKind,
  source: MediaSource,
): Pick<IncomingMessage, 'media'> {
  const { hasMedia, media, _data } = message;
  if (!(hasMedia || media) || !kindsWithFile.includes(kind)) return {};
  const content = findContent(_data)?.content;
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
