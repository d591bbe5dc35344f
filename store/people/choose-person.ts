import { isStrong, mayBeOnePerson, type Alias, type AliasKind, type Identity } from '../../domain/identity';
import type { PersonDoc } from './person-schema';

const order: AliasKind[] = ['phone', 'bsuid', 'lid', 'username', 'none'];

interface Chosen {
  person: PersonDoc | null;
  /** The person's aliases that nobody has yet. */
  fresh: Alias[];
}

/** The aliases that people are found by. A username counts only where a source knows nothing else of a person. */
export function namesOf({ aliases }: Identity): Alias[] {
  const strong = aliases.filter(isStrong);
  return strong.length > 0 ? strong : aliases;
}

/**
 * The person meant when the aliases are several people's: the phone decides, then BSUID, LID. A person with another
 * phone is never meant; then the phone alone is believed.
 */
export function choosePerson(owners: ReadonlyMap<string, PersonDoc>, aliases: readonly Alias[]): Chosen {
  const sorted = [...aliases].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const ranked = sorted.flatMap(({ key }) => owners.get(key) ?? []);
  const isPossible = (person: PersonDoc) => mayBeOnePerson(aliases, person.aliases);
  const isDoubtful = !ranked.every(isPossible);
  const fresh = aliases.filter(({ key, kind }) => !owners.has(key) && (!isDoubtful || kind === 'phone'));
  return { person: ranked.find(isPossible) ?? null, fresh };
}
