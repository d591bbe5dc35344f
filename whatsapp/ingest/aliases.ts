import { parseBsuid, parseUsername, toPhoneAlias, type Alias } from '../../domain/identity';
import { parsePhone } from '../../domain/phone';
import { findAlias } from '../people';

/** A phone in a request is E.164 with its plus: which country a national one would be in, nobody could say. */
export function findPhoneAlias(phone: string | null | undefined): Alias | null {
  // Notices come with marks of the direction of writing before their plus.
  const given = phone?.replace(/\p{Cf}/gu, '').trim();
  const parsed = given?.startsWith('+') ? parsePhone(given, null) : null;
  return parsed && toPhoneAlias(parsed.e164);
}

/** A LID with or without its server. */
export const findLidAlias = (lid: string | null | undefined): Alias | null => {
  const alias = findAlias(lid && /^\d+$/.test(lid) ? `${lid}@lid` : lid);
  return alias?.kind === 'lid' ? alias : null;
};

/** `scope` is where the BSUIDs of a request count: `portfolio/<id>` or `account/<id>`. */
export const findBsuidAlias = (bsuid: string | null | undefined, scope: string): Alias | null =>
  bsuid ? parseBsuid(bsuid, scope) : null;

export const findUsernameAlias = (username: string | null | undefined): Alias | null =>
  username ? parseUsername(username) : null;

/** An address of a chat or a person: a JID, an E.164 number or a BSUID. */
export const findAddressAlias = (address: string | null | undefined, scope: string): Alias | null =>
  findPhoneAlias(address) ?? findAlias(address) ?? findBsuidAlias(address, scope);

export const isGiven = <Value>(value: Value | null | undefined): value is Value => value != null;
