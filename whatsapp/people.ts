import { phoneOf, toPhoneAlias, type Alias } from '../domain/identity';
import { parseJid, toAlias } from '../domain/jid';
import { listOtherForms } from '../domain/phone/other-forms';
import { ignored, unreadable } from './refusal';

/** The other end of a chat: a group, or a person by the one alias that the chat's address gives. */
export type ChatAddress = { kind: 'group'; groupJid: string } | { kind: 'person'; alias: Alias };

/** The person an address names, or null: groups, channels and broken addresses are nobody. */
export function findAlias(jid: string | null | undefined): Alias | null {
  const parsed = jid ? parseJid(jid) : null;
  return parsed && toAlias(parsed);
}

/** Stories, channels, broadcasts, bots and WhatsApp's own accounts are refused as ignored, a broken address as unreadable. */
export function readChatAddress(jid: string): ChatAddress {
  const parsed = parseJid(jid);
  if (!parsed) throw unreadable('bad_chat_id', 'The chat has no address that can be read.');
  if (parsed.kind === 'group') return parsed;
  const alias = toAlias(parsed);
  if (!alias) throw ignored(`not a chat of people: ${parsed.kind}`);
  return { kind: 'person', alias };
}

/** The aliases and the other forms of a phone among them: our own Brazilian number is ours with and without its 9th digit. */
export function withPhoneForms(aliases: readonly Alias[]): Alias[] {
  const phone = phoneOf(aliases);
  return [...aliases, ...(phone ? listOtherForms(phone).map(({ e164 }) => toPhoneAlias(e164)) : [])];
}

export const isAmong = (alias: Alias, aliases: readonly Alias[]): boolean =>
  aliases.some(({ key }) => key === alias.key);

/** One alias of each kind, the first given, and none of our own. */
export function collectAliases(found: readonly (Alias | null)[], ownAliases: readonly Alias[]): Alias[] {
  const byKind = new Map<string, Alias>();
  for (const alias of found) {
    if (alias && !byKind.has(alias.kind) && !isAmong(alias, ownAliases)) byKind.set(alias.kind, alias);
  }
  return [...byKind.values()];
}
