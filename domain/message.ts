import type { Details } from './content/details';
import type { MessageKind } from './content/kind';
import type { FileRefusal } from './files/wanted';
import type { Identity, NumberChange } from './identity';

export type { MessageKind } from './content/kind';

/**
 * `create` is the message itself; the others change one, and may come before it. A `vote` is one in a poll, a `response` answers an
 * event's invitation.
 */
export type MessageEvent = 'create' | 'edit' | 'revoke' | 'reaction' | 'vote' | 'response';

/** Where the bytes of a file are to be had: `upload` the source's client puts them, `none` the source itself has them not; the others are asked. */
export type MediaSource =
  | { kind: 'upload' }
  | { kind: 'waha' | 'evolution'; url: string | null; chatId: string; messageId: string }
  | { kind: 'meta'; mediaId: string }
  | { kind: 'none' };

/** Sources that are asked for their files. */
export const fetchedSources: readonly MediaSource['kind'][] = ['waha', 'evolution', 'meta'];

/** The file of a message, as its source tells of it; the bytes come later. */
export interface IncomingMedia {
  mimeType: string | null;
  sizeBytes: number | null;
  /** Hex; where it is given, other bytes are refused. */
  sha256: string | null;
  source: MediaSource;
  /** Why its account does not want it; absent: it does. */
  refusal?: FileRefusal;
}

/** Where it was said: with one person, or in a group (`groupJid` ends in `@g.us`). */
export type ChatRef =
  { kind: 'direct'; peer: Identity } | { kind: 'group'; groupJid: string; title: string | null };

/**
 * One message as every source gives it. `stanzaId` is WhatsApp's id of the message; for an edit, a revoke or a
 * reaction the id of the message *changed*, and `changeId` is the change's own (redelivery repeats it).
 */
export interface IncomingMessage {
  event: MessageEvent;
  stanzaId: string;
  /** Of what happened in a group: the ids that it may have as another of our numbers told it. Absent: its own alone. */
  twinIds?: readonly string[];
  changeId: string | null;
  chat: ChatRef;
  fromMe: boolean;
  /** The speaker, in a direct chat the peer; null when it is us. */
  sender: Identity | null;
  sentAt: Date;
  kind: MessageKind;
  /** Text or caption; the emoji of a reaction (empty: taken back); null where there is none. */
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  /** Absent: it has no file. */
  media?: IncomingMedia | null;
  /** What it says besides its text, by its kind. */
  details?: Details;
  /** Only on WhatsApp's notice that the peer has another number now, which is a `system` message of the chat. */
  numberChange?: NumberChange;
}

/** Why one payload could not become a message. `code` is stable; `reason` is for people and holds nothing personal. */
export interface Unreadable {
  code: string;
  reason: string;
}

/**
 * One item of a source, read: a message, nothing (`ignored` says why: status, newsletter, ack …), or unreadable. A message whose content
 * nobody understands is told by its placeholder; `unread` says why, and a later version reads it again.
 */
export type Translation =
  | { kind: 'message'; message: IncomingMessage; unread?: Unreadable }
  | { kind: 'ignored'; reason: string }
  | { kind: 'unreadable'; unreadable: Unreadable };
