import { toPhoneAlias } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';

/** One direct text message of a test; `peer` is the other side's E.164. */
export interface Said {
  id: string;
  text: string;
  fromMe?: boolean;
  at?: Date;
  peer?: string;
  name?: string | null;
}

/** A direct text message as a source gives it. */
export function toIncoming({
  id,
  text,
  fromMe = false,
  at = new Date(),
  peer = '+491701234567',
  name = 'Klaus Weber',
}: Said): IncomingMessage {
  const identity = { aliases: [toPhoneAlias(peer)], name: fromMe ? null : name };
  return {
    event: 'create',
    stanzaId: id,
    changeId: null,
    chat: { kind: 'direct', peer: identity },
    fromMe,
    sender: fromMe ? null : identity,
    sentAt: at,
    kind: 'text',
    text,
    fileName: null,
    quotedText: null,
    forwarded: false,
  };
}
