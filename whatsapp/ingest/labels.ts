import { listChatKeys } from '../../domain/source/policy';
import type { AddressBook } from './address-book';
import { findAddressAlias, isGiven } from './aliases';
import type { IngestBody } from './schema';

/** What a client says of the labels of one chat. */
export interface SaidLabels {
  address: string;
  /** All names of the chat in the request. */
  keys: string[];
  labels: string[];
}

/** The chats of a request that say which labels they have. */
export function listSaidLabels(
  chats: IngestBody['chats'],
  bsuidScope: string,
  addressBook: AddressBook,
): SaidLabels[] {
  return (chats ?? []).flatMap(({ id, labels }) => {
    if (!labels) return [];
    const alias = findAddressAlias(id, bsuidScope);
    const names = alias ? addressBook.listAliases(alias).map(({ key }) => key) : [];
    const keys = [...new Set([...(listChatKeys(id) ?? []), ...names])].filter(isGiven);
    return keys.length > 0 ? [{ address: id.trim().toLowerCase(), keys, labels }] : [];
  });
}
