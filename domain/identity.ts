import { listAliases } from './phone-aliases';

/** The ways WhatsApp names a person. A LID's digits are never a phone. */
export type AliasKind = 'phone' | 'lid' | 'bsuid' | 'username';

/** One name of a person: `key` is `<kind>:<value>`, e.g. `phone:+491701234567`, `lid:4639135154355`. Unique within a portal. */
export interface Alias {
  kind: AliasKind;
  key: string;
}

/** Who a source says somebody is: one or more aliases and, where known, a name to show. */
export interface Identity {
  aliases: Alias[];
  name: string | null;
}

/** `e164` with its leading plus. */
export const toPhoneAlias = (e164: string): Alias => ({ kind: 'phone', key: `phone:${e164}` });

/** The E.164 phone among the aliases, or null when the person is known by other names only. */
export function phoneOf(aliases: readonly Alias[]): string | null {
  const alias = aliases.find(({ kind }) => kind === 'phone');
  return alias ? alias.key.slice('phone:'.length) : null;
}

/** Whether two full numbers are one subscriber's: equal, or two writings of it as in Brazil and Mexico. */
export const isSamePhone = (one: string, other: string): boolean =>
  one === other || listAliases(one).some(({ e164, isAutomatic }) => isAutomatic && e164 === other);

/** Whether two sets of aliases may be one person: at most one has a phone, or both have the same one. */
export function mayBeOnePerson(one: readonly Alias[], other: readonly Alias[]): boolean {
  const [phone, otherPhone] = [phoneOf(one), phoneOf(other)];
  return phone === null || otherPhone === null || isSamePhone(phone, otherPhone);
}
