import type { Alias, AliasKind, Identity } from '../../domain/identity';
import { parsePersonName } from '../names';

/** The people of a request, besides its messages. */
export interface AddressBook {
  /** The alias and the other names that the request gives the same person. */
  listAliases: (alias: Alias) => Alias[];
  findName: (alias: Alias) => string | null;
  /** Everyone of whom the request tells more than one bare alias, each once. */
  listIdentities: () => Identity[];
}

/** Names of one person; the name to show is for all of them. */
export interface BookEntry {
  aliases: Alias[];
  name: string | null;
}

/** Of one kind, a person has one alias: where the entries disagree, none of them is believed. */
function pickAgreed(partners: readonly Alias[], kind: AliasKind): Alias[] {
  const ofKind = new Map(partners.filter((alias) => alias.kind === kind).map((alias) => [alias.key, alias]));
  return ofKind.size === 1 ? [...ofKind.values()] : [];
}

const kinds: AliasKind[] = ['phone', 'lid', 'bsuid', 'username'];

/** The order of the entries changes nothing but which of several names is shown. */
export function createAddressBook(entries: readonly BookEntry[]): AddressBook {
  const partners = new Map<string, Alias[]>();
  const names = new Map<string, string>();
  for (const { aliases, name } of entries) {
    const shown = parsePersonName(name);
    for (const alias of aliases) {
      const known = partners.get(alias.key) ?? [];
      known.push(...aliases.filter(({ kind }) => kind !== alias.kind));
      partners.set(alias.key, known);
      if (shown && !names.has(alias.key)) names.set(alias.key, shown);
    }
  }
  const listAliases = (alias: Alias): Alias[] => {
    const known = partners.get(alias.key) ?? [];
    // Both must agree: a phone that two LIDs claim belongs to neither.
    const agreed = kinds
      .flatMap((kind) => pickAgreed(known, kind))
      .filter((partner) => pickAgreed(partners.get(partner.key) ?? [], alias.kind).length === 1);
    return [alias, ...agreed];
  };
  const findName = (alias: Alias): string | null => names.get(alias.key) ?? null;
  return {
    listAliases,
    findName,
    listIdentities: () => {
      const found = new Map<string, Identity>();
      for (const alias of entries.flatMap(({ aliases }) => aliases)) {
        const aliases = listAliases(alias);
        const name = findName(alias);
        const key = aliases
          .map((one) => one.key)
          .sort()
          .join();
        if ((aliases.length > 1 || name) && !found.has(key)) found.set(key, { aliases, name });
      }
      return [...found.values()];
    },
  };
}
