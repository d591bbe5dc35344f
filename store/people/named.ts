import type { Alias } from '../../domain/identity';
import { listPlain } from '../bulk';
import { followMerges } from './merges';
import type { PersonDoc, PersonModel } from './person-schema';

/** Whom names lead to: who has those that were asked for, by the key of each, and which of them somebody had before. */
export interface Named {
  asked: ReadonlySet<string>;
  owners: ReadonlyMap<string, PersonDoc>;
  left: ReadonlySet<string>;
}

/** Where names lead. */
export const createNamed = (model: PersonModel) => ({
  /** Who has these names now, a merged person as the survivor, and which numbers among them were left by somebody. One question. */
  async findNamed(portalId: string, aliases: readonly Alias[]): Promise<Named> {
    const asked = new Set(aliases.map(({ key }) => key));
    const owners = new Map<string, PersonDoc>();
    const left = new Set<string>();
    if (asked.size === 0) return { asked, owners, left };
    const $in = [...asked];
    const numbers = aliases.flatMap(({ kind, key }) => (kind === 'phone' ? key : []));
    const have = { portalId, 'aliases.key': { $in } };
    const had = { portalId, 'former.key': { $in: numbers } };
    for (const one of await listPlain(model, numbers.length === 0 ? have : { $or: [have, had] })) {
      const theirs = one.aliases.filter(({ key }) => asked.has(key));
      const current = theirs.length > 0 ? await followMerges(model, one) : one;
      for (const { key } of theirs) owners.set(key, current);
      for (const { key } of one.former ?? []) if (asked.has(key)) left.add(key);
    }
    return { asked, owners, left };
  },
});
