import { toPhoneAlias, type Alias } from './identity';
import { isSomebodys } from './phone/plausibility';

/** The subject of a WhatsApp address. Only `phone` carries a phone: a LID's digits are never one, whatever they look like. */
export type ParsedJid =
  | { kind: 'phone'; e164: string }
  | { kind: 'lid'; lid: string }
  | { kind: 'group'; groupJid: string }
  | { kind: 'status' }
  | { kind: 'newsletter' }
  | { kind: 'broadcast' }
  | { kind: 'bot' }
  | { kind: 'system' };

/** Meta AI's number and WhatsApp's own official accounts, which speak in ordinary-looking chats. */
const botUsers = new Set(['13135550002']);
const systemUsers = new Set(['0', '16505361212']);

/** `<user>[_agent][:device]@<server>`: agent and device tell apart the devices of one account. */
const jidShape = /^([^@\s:_]+)(?:_\d+)?(?::\d+)?@([a-z0-9.]+)$/;
const phoneDigits = /^[1-9]\d{6,14}$/;
const lidDigits = /^\d{1,20}$/;
/** `120363…` for groups and communities, `<creator>-<unix time>` for old groups. */
const groupUser = /^\d+(?:-\d+)?$/;

function toPhoneKind(user: string): ParsedJid | null {
  if (botUsers.has(user)) return { kind: 'bot' };
  if (systemUsers.has(user)) return { kind: 'system' };
  const e164 = `+${user}`;
  return phoneDigits.test(user) && isSomebodys(e164) ? { kind: 'phone', e164 } : null;
}

/**
 * Reads an address by its server, never by its digits. `c.us` and `s.whatsapp.net` are two spellings of one account. The
 * number stays as WhatsApp gives it, an old Brazilian one with eight digits too. Null for what is no address, and for digits that no country has.
 */
export function parseJid(jid: string): ParsedJid | null {
  const [, user = '', server = ''] = jidShape.exec(jid.trim().toLowerCase()) ?? [];
  switch (server) {
    case 'c.us':
    case 's.whatsapp.net':
    case 'hosted':
      return toPhoneKind(user);
    case 'lid':
    case 'hosted.lid':
      return lidDigits.test(user) ? { kind: 'lid', lid: user } : null;
    case 'g.us':
      return groupUser.test(user) ? { kind: 'group', groupJid: `${user}@g.us` } : null;
    case 'broadcast':
      return user === 'status' ? { kind: 'status' } : { kind: 'broadcast' };
    case 'newsletter':
      return { kind: 'newsletter' };
    case 'bot':
      return { kind: 'bot' };
    default:
      return null;
  }
}

/** The person's alias, or null when the address is not a person's. */
export function toAlias(parsed: ParsedJid): Alias | null {
  if (parsed.kind === 'phone') return toPhoneAlias(parsed.e164);
  if (parsed.kind === 'lid') return { kind: 'lid', key: `lid:${parsed.lid}` };
  return null;
}

/** The phone of an address; null for a LID and for what is none. */
export function phoneOfJid(jid: string): string | null {
  const parsed = parseJid(jid);
  return parsed?.kind === 'phone' ? parsed.e164 : null;
}
