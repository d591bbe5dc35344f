import { administrator } from '../../domain/access';
import { isStrong, listSamePhones, phoneOf, type Alias } from '../../domain/identity';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

/** All names by which a person is to be kept away: a number in each of its writings. */
export function listNames(aliases: readonly Alias[]): string[] {
  const written = aliases.flatMap((alias) => (alias.kind === 'phone' ? listSamePhones(alias) : [alias]));
  return [...new Set(written.filter(isStrong).map(({ key }) => key))];
}

/** Known by a name without a number, and linked with nobody: then they are nobody else. A source could make us forget anybody otherwise. */
async function isNobodyElse({ links }: Store, { _id, portalId, aliases }: PersonDoc): Promise<boolean> {
  if (phoneOf(aliases) !== null) return false;
  return (await links.findByPerson(portalId, _id))?.state !== 'linked';
}

/**
 * Forgets a person who is the one whom an earlier forgetting was about. Kept away first, by that earlier one, so that they are let in
 * together; a crash before the operation is met by the next time that the pair is told, one behind it by the sweep, which starts what nobody carries out.
 */
async function forgetToo(store: Store, { _id, portalId, aliases }: PersonDoc, earlierId: string) {
  await store.keptAway.add(portalId, listNames(aliases), earlierId);
  if (await store.forgettings.findOfPerson(_id)) return;
  const who = (await store.forgettings.load(earlierId))?.who ?? administrator;
  const operation = await store.operations.begin({ portalId, linkId: null, kind: 'forget', who });
  await store.forgettings.begin({ _id: operation._id, portalId, personIds: [_id], who });
}

/** What is known of a pair of which one name is kept away. */
export interface AwayPair {
  /** The forgetting by which it is. */
  operationId: string;
  /** The other names. */
  news: readonly Alias[];
  /** An ingest token may be a browser's, and may not make us forget anybody. */
  isBelieved: boolean;
}

/**
 * Whoever is kept away by one of two names is by the other one, too; a name that somebody has only where they are nobody else, and what came
 * under it is forgotten then.
 */
export async function learnAwayPair(store: Store, portalId: string, pair: AwayPair): Promise<void> {
  const { operationId, news, isBelieved } = pair;
  const owners = await store.people.findOwners(portalId, news);
  const free = news.filter(({ key }) => !owners.has(key));
  if (free.length > 0) await store.keptAway.add(portalId, listNames(free), operationId);
  if (!isBelieved) return;
  for (const owner of new Set(owners.values()))
    if (await isNobodyElse(store, owner)) await forgetToo(store, owner, operationId);
}

/** The same for a pair that a source was asked for. False: none of the names is kept away. */
export async function isAwayPair(
  store: Store,
  portalId: string,
  aliases: readonly Alias[],
): Promise<boolean> {
  const away = await store.keptAway.whichNames(portalId, listNames(aliases));
  const [operationId] = away.values();
  if (operationId === undefined) return false;
  const news = aliases.filter(({ key }) => !away.has(key));
  await learnAwayPair(store, portalId, { operationId, news, isBelieved: true });
  return true;
}
