import { listOtherForms } from './phone/other-forms';

/**
 * The ways WhatsApp names a person. A LID's digits are never a phone. `none` is ours: it stands where a person has lost every
 * other name.
 */
export type AliasKind = 'phone' | 'lid' | 'bsuid' | 'username' | 'none';

/**
 * One name of a person: `key` is `<kind>:<value>`, e.g. `phone:+491701234567`, `lid:4639135154355`,
 * `bsuid:portfolio/1203/US.1349`, `username:ana.souza`. Unique within a portal, but for usernames.
 */
export interface Alias {
  kind: AliasKind;
  key: string;
}

/** A person as a source names them: one or more aliases and, where known, a name to show. */
export interface Identity {
  aliases: Alias[];
  name: string | null;
}

/**
 * WhatsApp's own notice that somebody has another number now. `to` is the new phone and whatever else the notice names that
 * person by.
 */
export interface NumberChange {
  from: Alias;
  to: Alias[];
}

/**
 * A username can be given up and taken over by somebody else, so that it says nothing about who somebody is: people are
 * found by the other names alone, and two people who share a username are two people.
 */
export const isStrong = ({ kind }: Alias): boolean => kind !== 'username';

/** Meta's rule: the country's two letters, `ENT` for a parent's, and up to 128 letters and digits. */
const bsuidShape = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/**
 * A business-scoped user id. It means something within one business portfolio only, so that `scope` is part of the key:
 * `portfolio/<id>`, or `account/<id>` where the portfolio is not known. Null for what is none.
 */
export function parseBsuid(value: string, scope: string): Alias | null {
  const bsuid = value.trim();
  return bsuidShape.test(bsuid) ? { kind: 'bsuid', key: `bsuid:${scope}/${bsuid}` } : null;
}

/** With or without its @; letters, digits, dots and underscores, a letter among them. Null for what is none. */
export function parseUsername(value: string): Alias | null {
  const username = value.trim().replace(/^@/, '').toLowerCase();
  const isUsername = /^[a-z0-9._]{1,64}$/.test(username) && /[a-z]/.test(username);
  return isUsername ? { kind: 'username', key: `username:${username}` } : null;
}

/** `e164` with its leading plus. */
export const toPhoneAlias = (e164: string): Alias => ({ kind: 'phone', key: `phone:${e164}` });

/** The E.164 phone among the aliases, or null when the person is known by other names only. */
export function phoneOf(aliases: readonly Alias[]): string | null {
  const alias = aliases.find(({ kind }) => kind === 'phone');
  return alias ? alias.key.slice('phone:'.length) : null;
}

/** A phone and the other writings that are surely the same subscriber's. */
export const listSamePhones = (phone: Alias): Alias[] => [
  phone,
  ...listOtherForms(phoneOf([phone]) ?? '').flatMap(({ e164, isAutomatic }) =>
    isAutomatic ? toPhoneAlias(e164) : [],
  ),
];

/** Whether two full numbers are one subscriber's: equal, or two writings of it as in Brazil and Mexico. */
export const isSamePhone = (one: string, other: string): boolean =>
  one === other || listOtherForms(one).some(({ e164, isAutomatic }) => isAutomatic && e164 === other);

/** Whether two sets of aliases may be one person: at most one has a phone, or both have the same one. */
export function mayBeOnePerson(one: readonly Alias[], other: readonly Alias[]): boolean {
  const [phone, otherPhone] = [phoneOf(one), phoneOf(other)];
  return phone === null || otherPhone === null || isSamePhone(phone, otherPhone);
}
