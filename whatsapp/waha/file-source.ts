import type { MediaSource } from '../../domain/message';
import { parseMessageId } from '../message-id';
import type { WebMessage } from '../web/message';

/** Where WAHA put a message's file, and the message by which it can be asked for again. */
export function toFileSource({ id, from, media }: WebMessage): MediaSource {
  const url: unknown = media?.['url'];
  return {
    kind: 'waha',
    url: typeof url === 'string' && url !== '' ? url : null,
    chatId: parseMessageId(id)?.chatJid ?? from ?? '',
    messageId: id,
  };
}
