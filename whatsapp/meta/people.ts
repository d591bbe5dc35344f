import {
  parseBsuid,
  parseUsername,
  phoneOf,
  toPhoneAlias,
  type Alias,
  type Identity,
} from '../../domain/identity';
import { parseJid } from '../../domain/jid';
import { parsePersonName } from '../names';
import { findAlias, isAmong, withPhoneForms } from '../people';
import type { SourceContext } from '../source-context';
import type { MetaContact } from './payload';

/** By what the people of a change are known: our own names, its contacts, and where its BSUIDs count. */
export interface MetaPeople {
  own: readonly Alias[];
  contacts: readonly MetaContact[];
  /** The contacts by each of their names. */
  byKey: ReadonlyMap<string, MetaContact>;
  scope: string;
}

/** A number as Meta writes it, with or without a plus, or a BSUID in its place. Null: it is neither. */
export function findMetaAlias(address: string | null | undefined, scope: string): Alias | null {
  const given = address?.replace(/\p{Cf}/gu, '').trim() ?? '';
  const digits = given.replace(/^\+/, '').replace(/[\s().-]/g, '');
  if (/^\d+$/.test(digits)) return findAlias(`${digits}@s.whatsapp.net`);
  return parseBsuid(given, scope) ?? findAlias(given);
}

/** Ours: WhatsApp's own accounts and bots have numbers that are nobody's. */
export const isNobody = (address: string | null | undefined): boolean => {
  const parsed = parseJid(`${address?.replace(/\D/g, '') ?? ''}@s.whatsapp.net`);
  return parsed?.kind === 'bot' || parsed?.kind === 'system';
};

const contactAliases = (
  { wa_id: waId, user_id: userId, parent_user_id: parentId }: MetaContact,
  scope: string,
): Alias[] => [waId, userId, parentId].flatMap((one) => findMetaAlias(one, scope) ?? []);

const toIndex = (contacts: readonly MetaContact[], scope: string): Map<string, MetaContact> =>
  new Map(
    contacts.flatMap((contact) => contactAliases(contact, scope).map(({ key }) => [key, contact] as const)),
  );

export function createMetaPeople(
  { ownAliases, accountId }: SourceContext,
  displayPhone: string | null,
  contacts: readonly MetaContact[],
): MetaPeople {
  const scope = `account/${accountId ?? 'unknown'}`;
  const shown = findMetaAlias(displayPhone, scope);
  const own = [...withPhoneForms(ownAliases), ...(shown?.kind === 'phone' ? withPhoneForms([shown]) : [])];
  return { own, contacts, byKey: toIndex(contacts, scope), scope };
}

/** With one more, who is told beside a message. */
export const withContact = (people: MetaPeople, contact: MetaContact): MetaPeople => ({
  ...people,
  byKey: new Map([...people.byKey, ...toIndex([contact], people.scope)]),
});

/** One phone at most, and every other name: a person has a BSUID of their own and one of the parent business. */
function collect(found: readonly Alias[], own: readonly Alias[]): Alias[] {
  const byKey = new Map<string, Alias>();
  const phone = phoneOf(found);
  for (const alias of found) {
    const isOther = alias.kind === 'phone' && phone !== null && alias.key !== toPhoneAlias(phone).key;
    if (!isOther && !isAmong(alias, own)) byKey.set(alias.key, alias);
  }
  return [...byKey.values()];
}

function toIdentity(found: readonly Alias[], contact: MetaContact | null, people: MetaPeople): Identity {
  const { profile, username: bare } = contact ?? {};
  const username = parseUsername(profile?.username ?? bare ?? '');
  const more = contact ? contactAliases(contact, people.scope) : [];
  return {
    aliases: collect([...found, ...more, ...(username ? [username] : [])], people.own),
    name: parsePersonName(profile?.name),
  };
}

/** Contacts stand beside messages, in no order that counts: one belongs to a message by a name that both have. */
const findContact = (found: readonly Alias[], { byKey }: MetaPeople): MetaContact | null =>
  found.map(({ key }) => byKey.get(key)).find(Boolean) ?? null;

/** The contacts by which a message's addresses are understood: they are kept with a message that cannot be read. */
export function contactsOf(addresses: readonly (string | null | undefined)[], people: MetaPeople) {
  const found = addresses.flatMap((one) => findMetaAlias(one, people.scope) ?? []);
  const contact = findContact(found, people);
  return contact ? [contact] : people.contacts.length === 1 ? people.contacts : [];
}

/**
 * Somebody by the addresses that a message gives, the surest first, and by what the contacts add. `isOnly`: without any address it is the
 * one contact that is there.
 */
export function readIdentity(
  addresses: readonly (string | null | undefined)[],
  people: MetaPeople,
  { isOnly = false }: { isOnly?: boolean } = {},
): Identity {
  const found = addresses.flatMap((one) => findMetaAlias(one, people.scope) ?? []);
  const [first, ...others] = people.contacts;
  const only = isOnly && found.length === 0 && others.length === 0 ? (first ?? null) : null;
  return toIdentity(found, only ?? findContact(found, people), people);
}

/** All of a change whom it names in more than one way. */
export const listContacts = (people: MetaPeople): Identity[] =>
  people.contacts
    .map((contact) => toIdentity([], contact, people))
    .filter(({ aliases, name }) => aliases.length > 1 || (aliases.length === 1 && name !== null));
