import type { IncomingMessage, MessageEvent, MessageKind } from '../../domain/message';
import { parseFileName } from '../names';
import { unreadable } from '../refusal';
import { readDetails } from './details';
import type { IngestEnvelope } from './envelope';
import type { IngestMessage } from './schema';

export const eventOf = ({ event, type }: IngestMessage): MessageEvent =>
  event ?? (type === 'reaction' ? 'reaction' : 'create');

function kindOf(message: IngestMessage): MessageKind {
  const { type, media, location, contacts, poll, call, invitation, order, product, groupInvite } = message;
  if (message.system || message.group) return 'system';
  if (type && type !== 'reaction') return type;
  if (location) return 'location';
  if (contacts) return 'contacts';
  if (poll) return 'poll';
  if (invitation) return 'event';
  if (order) return 'order';
  if (product) return 'product';
  if (groupInvite) return 'invite';
  if (call) return 'call';
  return media ? 'document' : 'text';
}

export type Content = Pick<
  IncomingMessage,
  'kind' | 'text' | 'fileName' | 'quotedText' | 'forwarded' | 'media' | 'details'
>;

const empty = { kind: 'text', text: null, fileName: null, quotedText: null, forwarded: false } as const;

/** A change says one thing: the emoji, the choices, the answer. */
function readChange(message: IngestMessage, event: MessageEvent): Content | null {
  if (event === 'revoke') return empty;
  if (event === 'reaction') return { ...empty, text: message.reaction ?? message.text ?? '' };
  const { choices, attendance } = message;
  if (event === 'vote') return { ...empty, kind: 'poll', ...(choices ? { details: { choices } } : {}) };
  if (event !== 'response') return null;
  if (!attendance) return { ...empty, kind: 'event' };
  const { answer, guests } = attendance;
  return { ...empty, kind: 'event', details: { attendance: { answer, ...(guests ? { guests } : {}) } } };
}

/** The file that a client has, and sends when it is asked to. */
function readMedia(media: IngestMessage['media']): Pick<IncomingMessage, 'media'> {
  if (!media) return {};
  const { mime = null, size = null, sha256 = null, state } = media;
  const source = { kind: state === 'unavailable' ? 'none' : 'upload' } as const;
  return { media: { mimeType: mime, sizeBytes: size, sha256: sha256?.toLowerCase() ?? null, source } };
}

/** What the message says. A text without words is refused: the client knows that it has none. */
export function readContent(message: IngestMessage, event: MessageEvent, envelope: IngestEnvelope): Content {
  const change = readChange(message, event);
  if (change) return change;
  const kind = kindOf(message);
  const text = message.text || message.caption || null;
  if (kind === 'text' && !text?.trim()) {
    throw unreadable('missing_text', 'A text message needs its text.');
  }
  const details = readDetails(message, kind, envelope);
  return {
    kind,
    // Of these, the text is what the details say in fields of their own.
    text: kind === 'poll' && details.poll ? null : text,
    fileName: parseFileName(message.media?.fileName),
    quotedText: message.replyTo?.text || null,
    forwarded: message.forwarded ?? false,
    ...readMedia(message.media),
    ...(Object.keys(details).length > 0 ? { details } : {}),
  };
}
