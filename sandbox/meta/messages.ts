import { randomBytes, randomInt } from 'node:crypto';
import type { GraphFile, GraphState } from './graph-state';
import { deliver } from './webhook';

/** A message as a test or a dialogue says it. */
export interface Said {
  /** The other end. */
  digits: string;
  text: string;
  /** The other end's own name. */
  name?: string;
  /** Written on our phone. */
  fromMe?: boolean;
  picture?: GraphFile;
  /** WhatsApp's own id; absent: a new one. */
  stanzaId?: string;
}

/** An id as Meta makes it: the other end's digits, the direction and the stanza id, in a compact form of thrift's. */
function toWamid(stanzaId: string, digits: string, isOurs: boolean): string {
  const head = Buffer.from([0x1c, 0x18, digits.length]);
  const middle = Buffer.from([0x15, 0x02, 0x00, isOurs ? 0x11 : 0x12, 0x18, stanzaId.length]);
  const parts = [head, Buffer.from(digits), middle, Buffer.from(stanzaId), Buffer.from([0])];
  return `wamid.${Buffer.concat(parts).toString('base64')}`;
}

const newStanzaId = (): string => `3A${randomBytes(9).toString('hex').toUpperCase()}`;

const filesKept = 200;

function toContent({ files }: GraphState, { text, picture }: Said): object {
  if (!picture) return { type: 'text', text: { body: text } };
  const id = String(1_000_000_000 + randomInt(1_000_000_000));
  files.set(id, picture);
  for (const old of [...files.keys()].slice(0, -filesKept)) files.delete(old);
  return { type: 'image', image: { id, mime_type: picture.mimeType, caption: text } };
}

/** Somebody writes, and it is delivered; what our phone writes comes as its echo. Gives the answer's status. */
export function say(state: GraphState, said: Said): Promise<number | null> {
  const { digits, name, fromMe = false, stanzaId = newStanzaId() } = said;
  const own = state.options.displayPhone.replace(/\D/g, '');
  const message = {
    ...{ id: toWamid(stanzaId, digits, fromMe), timestamp: String(Math.floor(Date.now() / 1_000)) },
    ...{ from: fromMe ? own : digits, ...toContent(state, said) },
  };
  if (fromMe) return deliver(state, 'smb_message_echoes', { message_echoes: [{ ...message, to: digits }] });
  const contacts = [{ profile: { name: name ?? '' }, wa_id: digits }];
  return deliver(state, 'messages', { contacts, messages: [message] });
}
