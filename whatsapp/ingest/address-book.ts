import type { Alias, AliasKind } from '../../domain/identity';
import { parsePersonName } from '../names';

/** What a request tells about people besides its messages. */
export interface AddressBook {
  /** The alias and the other names that the request gives the same person. */
  listAliases: (alias: Alias) => Alias[];
  findName: (alias: Alias) => string | null;
}

/** Two names of one person; the name to show is for both. */
export interface BookEntry {
  aliases: Alias[];
  name: string | null;
}

/** Of one kind, a person has one alias: where the entries disagree, none of them is believed. */
function pickAgreed(partners: readonly Alias[], kind: AliasKind): Alias[] {
  const ofKind = new Map(partners.filter((alias) => alias.kind === kind).map((alias) => [alias.key, alias]));
  return ofKind.size === 1 ? [...ofKind.values()] : [];
}

/** The order of the entries changes nothing but which of several names is shown. */
export function createAddressBook(entries: readonly BookEntry[]): AddressBook {
  const partners = new Map<string, Alias[]>();
  const names = new Map<string, string>();
  for (const { aliases, name } of entries) {
    const shown = parsePersonName(name);
    for (const alias of aliases) {
      const others = aliases.filter(({ kind }) => kind !== alias.kind);
      partners.set(alias.key, [...(partners.get(alias.key) ?? []), ...others]);
      if (shown && !names.has(alias.key)) names.set(alias.key, shown);
    }
  }
  return {
    listAliases: (alias) => {
      const known = partners.get(alias.key) ?? [];
      // Both must agree: a phone that two LIDs claim belongs to neither.
      const agreed = [...pickAgreed(known, 'phone'), ...pickAgreed(known, 'lid')].filter(
        (partner) => pickAgreed(partners.get(partner.key) ?? [], alias.kind).length === 1,
      );
      return [alias, ...agreed];
    },
    findName: (alias) => names.get(alias.key) ?? null,
  };
}
