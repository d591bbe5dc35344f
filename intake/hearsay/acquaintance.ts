import { isStrong, type Alias, type Identity } from '../../domain/identity';
import type { ChatDoc } from '../../store/chats/chats';
import { newIdAt } from '../../store/connection';
import { namesOf } from '../../store/people/choose-person';
import type { Named } from '../../store/people/named';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

const aliasesAtOnce = 1_000;
/** So long an account that came second has a chat with somebody before it speaks for them. */
const establishedAfterMs = 24 * 3_600_000;

/** The people that some names lead to, their chats, and the accounts that have a chat with each, with the id of its first one. */
export interface Acquaintance extends Named {
  chats: readonly ChatDoc[];
  accountsOf: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Chats with lower ids are established: ids go by when a chat was made here, and no client says when that was. */
  establishedBelow: string;
}

function groupAccounts(chats: readonly ChatDoc[]): Map<string, Map<string, string>> {
  const accounts = new Map<string, Map<string, string>>();
  for (const { _id, personId, accountId } of chats) {
    if (personId === null || accountId === null) continue;
    const firsts = accounts.get(personId) ?? new Map<string, string>();
    const first = firsts.get(accountId) ?? _id;
    accounts.set(personId, firsts.set(accountId, first < _id ? first : _id));
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
    establishedBelow: newIdAt(new Date(Date.now() - establishedAfterMs)),
  };
}

/**
 * Whether the account may speak for this person: it was the first to have a chat with them, or has one for a day. A client can invent a
 * message of anybody, and with it a chat.
 */
export function isOwn(
  { accountsOf, establishedBelow }: Pick<Acquaintance, 'accountsOf' | 'establishedBelow'>,
  accountId: string,
  { _id }: Pick<PersonDoc, '_id'>,
): boolean {
  const chats = accountsOf.get(_id);
  const own = chats?.get(accountId);
  if (!chats || own === undefined) return false;
  return own < establishedBelow || [...chats.values()].every((chatId) => own <= chatId);
}

/** Whether others speak for this person. Of somebody who has no chat yet, whoever comes first may speak. */
export const isForeign = (known: Acquaintance, accountId: string, person: Pick<PersonDoc, '_id'>): boolean =>
  known.accountsOf.has(person._id) && !isOwn(known, accountId, person);

/** What is believed of an identity, and of whom it said more than the account may say. */
export interface Weighed {
  believed: Identity;
  claimedOf: PersonDoc | null;
}

/**
 * Where a name belongs to somebody others speak for, the first name is meant, with what is known to be the same person's
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
