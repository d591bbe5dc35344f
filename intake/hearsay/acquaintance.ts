import { isStrong, type Alias, type Identity } from '../../domain/identity';
import type { ChatDoc } from '../../store/chats/chats';
import { namesOf } from '../../store/people/choose-person';
import type { Named } from '../../store/people/named';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

const aliasesAtOnce = 1_000;

/** The people that some names lead to, their chats, and the accounts that have a chat with each. */
export interface Acquaintance extends Named {
  chats: readonly ChatDoc[];
  accountsOf: ReadonlyMap<string, ReadonlySet<string>>;
}

function groupAccounts(chats: readonly ChatDoc[]): Map<string, Set<string>> {
  const accounts = new Map<string, Set<string>>();
  for (const { personId, accountId } of chats) {
    if (personId === null || accountId === null) continue;
    accounts.set(personId, (accounts.get(personId) ?? new Set()).add(accountId));
  }
  return accounts;
}

/** Two reads for a thousand names. */
export async function loadAcquaintance(
  { people, chats }: Store,
  portalId: string,
  aliases: readonly Alias[],
): Promise<Acquaintance> {
  const named = [...new Map(aliases.filter(isStrong).map((alias) => [alias.key, alias])).values()];
  const found: Named[] = [];
  for (let start = 0; start < named.length; start += aliasesAtOnce)
    found.push(await people.findNamed(portalId, named.slice(start, start + aliasesAtOnce)));
  const owners = new Map(found.flatMap((one) => [...one.owners]));
  const ids = [...new Set([...owners.values()].map(({ _id }) => _id))];
  const theirs = await chats.listOfPeople(ids);
  return {
    asked: new Set(named.map(({ key }) => key)),
    owners,
    left: new Set(found.flatMap(({ left }) => [...left])),
    chats: theirs,
    accountsOf: groupAccounts(theirs),
  };
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
