import { isStrong, type Alias, type Identity } from '../domain/identity';
import { toLinkTarget } from '../domain/ids';
import type { PersonDoc } from '../store/people/people';
import { resolvePerson } from './resolve-person';
import type { Store } from '../store/store';

const identitiesAtOnce = 500;

const strongKeys = ({ aliases }: Identity): string[] => aliases.filter(isStrong).map(({ key }) => key);

/** Whether an identity adds something to the people it names. Strangers are no news. */
function isNews(identity: Identity, owners: ReadonlyMap<string, PersonDoc>): boolean {
  const keys = strongKeys(identity);
  const people = new Map(keys.flatMap((key) => owners.get(key) ?? []).map((person) => [person._id, person]));
  const [person, ...others] = people.values();
  if (!person) return false;
  const usernames = (person.usernames ?? []).map(({ key }) => key);
  const isNewUsername = ({ kind, key }: Alias) => kind === 'username' && !usernames.includes(key);
  const { name, aliases } = identity;
  return (
    others.length > 0 ||
    keys.some((key) => !owners.has(key)) ||
    aliases.some(isNewUsername) ||
    (name !== null && !person.names.some((known) => known.name === name))
  );
}

/** A parked link of the person that has something waiting now. */
async function findParked(store: Store, { portalId, _id }: PersonDoc): Promise<string[]> {
  const person = await store.people.load(_id);
  const link = await store.links.findByPerson(portalId, person?._id ?? _id);
  if (link?.state !== 'linked' || link.rhythm !== 'parked') return [];
  return (await store.outbox.hasAny(toLinkTarget(link._id))) ? [link._id] : [];
}

/**
 * Learns a pair of names without a message, only for a person known already: the rest of an address book is none of ours.
 * Gives the parked link that has something waiting now.
 */
export async function learnPair(
  store: Store,
  portalId: string,
  given: Identity,
  source: string,
): Promise<string[]> {
  const { aliases, name } = await store.people.identityAt(portalId, given, new Date());
  const known = await store.people.listByAliases(portalId, strongKeys({ aliases, name }));
  if (known.length === 0) return [];
  const person = await resolvePerson(store, portalId, { aliases, name: null }, source);
  await store.people.rememberName(person, name, source);
  return findParked(store, person);
}

/** The same for a whole address book: one read finds what is known already of many. */
export async function learnAddressBook(
  store: Store,
  portalId: string,
  identities: readonly Identity[],
  source: string,
): Promise<string[]> {
  const parked = new Set<string>();
  for (let start = 0; start < identities.length; start += identitiesAtOnce) {
    const portion = identities.slice(start, start + identitiesAtOnce);
    const aliases = portion.flatMap((identity) => identity.aliases.filter(isStrong));
    const owners = await store.people.findOwners(portalId, aliases);
    for (const identity of portion.filter((one) => isNews(one, owners))) {
      for (const linkId of await learnPair(store, portalId, identity, source)) parked.add(linkId);
    }
  }
  return [...parked];
}
