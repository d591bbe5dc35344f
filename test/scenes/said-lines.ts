import { toDigests } from '../../domain/digest';
import type { IncomingMessage } from '../../domain/message';
import { context, item } from './digest-items';

/** What is said on the page, of every part of a message. */
export function linesSaid(message: IncomingMessage): string[] {
  const { event, kind, text, fileName, quotedText, forwarded, details, media, fromMe } = message;
  const said = { event, kind, text, fileName, quotedText, forwarded, details, media, fromMe };
  return toDigests([item(said)], context()).map(({ text: told }) => told.split('\n').slice(1, -1).join('\n'));
}
