import { isStrong, type Alias, type Identity } from '../../domain/identity';
import { namesOf } from '../../store/people/choose-person';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

const aliasesAtOnce = 1_000;

/** The people that some names lead to, and the accounts that have a chat with each. */
export interface Acquaintance {
  owners: ReadonlyMap<string, PersonDoc>;
  accountsOf: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Two reads for a thousand names. */
export async function loadAcquaintance(
  { people, chats }: Store,
  portalId: string,
  aliases: readonly Alias[],
): Promise<Acquaintance> {
  const owners = new Map<string, PersonDoc>();
  const named = [...new Map(aliases.filter(isStrong).map((alias) => [alias.key, alias])).values()];
  for (let start = 0; start < named.length; start += aliasesAtOnce) {
    const found = await people.findOwners(portalId, named.slice(start, start + aliasesAtOnce));
    for (const [key, person] of found) owners.set(key, person);
  }
  const ids = [...new Set([...owners.values()].map(({ _id }) => _id))];
  return { owners, accountsOf: ids.length > 0 ? await chats.listAccountsOf(ids) : new Map() };
}

/** Whether the account has a chat with this person. */
export const isOwn = ({ accountsOf }: Acquaintance, accountId: string, { _id }: PersonDoc): boolean =>
  accountsOf.get(_id)?.has(accountId) ?? false;

/** Whether only other accounts have a chat with this person. Of somebody who has no chat yet, whoever comes first may speak. */
export const isForeign = (known: Acquaintance, accountId: string, person: PersonDoc): boolean =>
  known.accountsOf.has(person._id) && !isOwn(known, accountId, person);

/** What is believed of an identity, and of whom it said more than the account may say. */
export interface Weighed {
  believed: Identity;
  claimedOf: PersonDoc | null;
}

/**
 * Where a name belongs to somebody only other accounts talk to, the first name is meant, with what is known to be the same person's
 * already; the others are a claim. Such a person is not renamed, and gets no username.
 */
export function weigh(known: Acquaintance, accountId: string, identity: Identity): Weighed {
  const { owners } = known;
  const named = namesOf(identity);
  const ownerOf = ({ key }: Alias) => owners.get(key);
  const foreign = named
    .flatMap((alias) => ownerOf(alias) ?? [])
    .find((one) => isForeign(known, accountId, one));
  const [first] = named;
  if (!foreign || !first) return { believed: identity, claimedOf: null };
  const meant = ownerOf(first);
  const kept = named.filter((alias) => ownerOf(alias)?._id === meant?._id);
  const claimedOf = kept.length < named.length ? foreign : null;
  if (meant && isForeign(known, accountId, meant))
    return { believed: { aliases: kept, name: meant.name }, claimedOf };
  const usernames = identity.aliases.filter((alias) => !isStrong(alias));
  return { believed: { ...identity, aliases: [...kept, ...usernames] }, claimedOf };
}
