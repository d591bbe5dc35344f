import type { GroupRoster } from '../../domain/groups/roster';
import type { Alias } from '../../domain/identity';
import { parseJid } from '../../domain/jid';
import { isAmong } from '../people';
import type { AddressBook } from './address-book';
import { findAddressAlias, findBsuidAlias, findPhoneAlias, isGiven } from './aliases';
import type { IngestBody } from './schema';

/** The groups of a request that list their participants, each participant by all names that the request gives. */
export function listRosters(
  chats: IngestBody['chats'],
  bsuidScope: string,
  addressBook: AddressBook,
  ownAliases: readonly Alias[],
): GroupRoster[] {
  return (chats ?? []).flatMap(({ id, name, participants }) => {
    const address = parseJid(id);
    if (address?.kind !== 'group' || !participants || participants.length === 0) return [];
    const named = participants.map((one) => {
      const { id: jid, phone, bsuid } = one;
      const found = [
        findAddressAlias(jid, bsuidScope),
        findPhoneAlias(phone),
        findBsuidAlias(bsuid, bsuidScope),
      ];
      return found.filter(isGiven).flatMap((alias) => addressBook.listAliases(alias));
    });
    const others = named.filter((aliases) => !aliases.some((alias) => isAmong(alias, ownAliases)));
    return [{ groupJid: address.groupJid, title: name ?? null, participants: others }];
  });
}
