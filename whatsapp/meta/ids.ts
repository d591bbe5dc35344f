import { createHash } from 'node:crypto';
import { parseJid } from '../../domain/jid';
import { unreadable } from '../refusal';

/**
 * What Meta's examples decode to: the other end's digits, and the id that the sender's client chose. It is written down nowhere, so that
 * an id of another form stays as it is.
 */
const decoded = /^\x1c\x18[\s\S](\d{5,20})\x15[\s\S]\x00[\x11\x12]\x18([\s\S])([0-9A-Za-z]{8,64})\x00$/;
const usual = /^[!-?A-~]{1,128}$/;
const readable = /^[!-~]{1,1000}$/;

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('latin1');

function decodeWamid(id: string): string | null {
  if (!id.startsWith('wamid.')) return null;
  const [, , length = '', stanzaId = ''] = decoded.exec(fromBase64(id.slice('wamid.'.length))) ?? [];
  return stanzaId !== '' && length.charCodeAt(0) === stanzaId.length ? stanzaId : null;
}

/** A short name of what has none of its own: the same parts give the same name. */
export const toName = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/**
 * The stanza id in an id of Meta's, by which every source knows the message; where it cannot be seen, Meta's id itself. A reply and a reaction
 * name a message as its own webhook does, or from the other side: the stanza id is the same.
 */
export function readMetaId(id: string | null | undefined, code = 'bad_id'): string {
  const given = id?.trim() ?? '';
  if (!readable.test(given)) throw unreadable(code, 'The message has no id that can be read.');
  return decodeWamid(given) ?? (usual.test(given) ? given : `meta-${toName(given)}`);
}

/** A group's own address is in its id at Meta, as far as examples show; else the id stands for it. */
export function readGroupId(id: string): string {
  const given = id.trim();
  const [, digits = ''] = /^capi_group:\d+:(\d+)$/.exec(fromBase64(given)) ?? [];
  const address = parseJid(`${digits}@g.us`) ?? parseJid(given) ?? parseJid(`${given}@g.us`);
  if (address?.kind === 'group') return address.groupJid;
  if (!readable.test(given)) throw unreadable('bad_chat_id', 'The group has no id that can be read.');
  return `meta-${toName(given)}@g.us`;
}

/** Meta gives hashes in base64, and in some examples in hex. Null: it is none. */
export function readSha256(hash: string | null | undefined): string | null {
  const given = hash?.trim() ?? '';
  if (/^[0-9a-f]{64}$/i.test(given)) return given.toLowerCase();
  if (!/^[\w+/-]{43}=?$/.test(given)) return null;
  return Buffer.from(given, 'base64').toString('hex');
}
