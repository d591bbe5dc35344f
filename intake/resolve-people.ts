import { phoneOf, type Identity } from '../domain/identity';
import type { IncomingMessage } from '../domain/message';
import { choosePerson, namesOf } from '../store/people/choose-person';
import type { Named } from '../store/people/named';
import type { PersonDoc } from '../store/people/people';
import { resolvePerson } from './resolve-person';
import type { Store } from '../store/store';

/** Somebody nobody knows yet, and the messages (by their place) that name them so. */
interface Newcomer {
  identity: Identity;
  sentAt: Date;
}

/** Whom a message names: the peer of a direct chat, the speaker of a group. Null for ourselves and where nobody is named. */
function identityOf({ chat, sender }: IncomingMessage): Identity | null {
  if (chat.kind === 'direct') return chat.peer;
  return sender !== null && sender.aliases.length > 0 ? sender : null;
}

/** Where all these names lead: as it was read just now where all of them were asked for, else it is asked. */
async function loadKnown(
  { people }: Store,
  portalId: string,
  identities: readonly Identity[],
  known: Named | undefined,
): Promise<Named> {
  const named = identities.flatMap(namesOf);
  return known && named.every(({ key }) => known.asked.has(key)) ? known : people.findNamed(portalId, named);
}

/** The person whom all these names are known to name. Null where one name is news, or leads elsewhere, or was another's. */
function findKnown(identity: Identity, { owners, left }: Named): PersonDoc | null {
  const named = namesOf(identity);
  const { person } = choosePerson(owners, named);
  const isPlain =
    person !== null && named.every(({ key }) => owners.get(key)?._id === person._id && !left.has(key));
  const usernames = (person?.usernames ?? []).map(({ key }) => key);
  const isNews = identity.aliases.some(({ kind, key }) => kind === 'username' && !usernames.includes(key));
  return isPlain && !isNews ? person : null;
}

const isUnknown = (identity: Identity, { owners, left }: Named): boolean =>
  identity.aliases.length > 0 &&
  identity.aliases.every(({ kind, key }) => kind !== 'username' && !owners.has(key) && !left.has(key));

/** The newcomers of a run, each found again by exactly the names that made them. */
function createNewcomers(known: Named) {
  const byKey = new Map<string, Newcomer>();
  return {
    all: () => [...new Set(byKey.values())],
    /** Null: some of the names are another newcomer's, or somebody's. */
    take(identity: Identity, sentAt: Date): Newcomer | null {
      const { aliases } = identity;
      const [taken, ...others] = new Set(aliases.map(({ key }) => byKey.get(key)));
      if (others.length > 0 || !isUnknown(identity, known)) return null;
      if (taken) return taken.identity.aliases.length === aliases.length ? taken : null;
      const newcomer = { identity, sentAt };
      for (const { key } of aliases) byKey.set(key, newcomer);
      return newcomer;
    },
  };
}

/**
 * Makes the newcomers. Where another writer took one of the names, or a notice left the number to nobody meanwhile, it is looked at
 * alone.
 */
async function makeNewcomers(store: Store, portalId: string, newcomers: readonly Newcomer[], source: string) {
  const made = new Map<Newcomer, PersonDoc>();
  if (newcomers.length === 0) return made;
  const identities = newcomers.map(({ identity }) => identity);
  const people = await store.people.addMany(portalId, identities, source);
  const phones = identities.flatMap(({ aliases }) => aliases.filter((alias) => phoneOf([alias]) !== null));
  const former = await store.people.listFormerAmong(
    portalId,
    phones.map(({ key }) => key),
  );
  const left = new Set(former.map(({ key }) => key));
  for (const [index, newcomer] of newcomers.entries()) {
    const { identity, sentAt } = newcomer;
    const isLeft = identity.aliases.some(({ key }) => left.has(key));
    const person = isLeft ? null : people[index];
    made.set(newcomer, person ?? (await resolvePerson(store, portalId, identity, source, sentAt)));
  }
  return made;
}

/** The names to show, where they are not what is shown already. */
function listNames(identities: readonly (Identity | null)[], people: readonly (PersonDoc | null)[]) {
  const shown = new Map<string, string | null>();
  return people.flatMap((person, index) => {
    const name = identities[index]?.name ?? null;
    if (!person || name === null) return [];
    const { _id: personId } = person;
    const before = shown.has(personId) ? shown.get(personId) : person.name;
    shown.set(personId, name);
    return name === before ? [] : [{ personId, name }];
  });
}

/**
 * The people of a delivery's messages, from the first one on: as many as can be found or made at once. A message whose names
 * tell something of people who are known (a pair, a number that changed hands, a username) is looked at alone and in its turn,
 * since it may change whom the next ones mean: the run ends before it, or is that one message.
 */
export async function resolveRun(
  store: Store,
  messages: readonly IncomingMessage[],
  { portalId, source, known: asRead }: { portalId: string; source: string; known?: Named | undefined },
): Promise<(PersonDoc | null)[]> {
  const identities = messages.map(identityOf);
  const given = identities.flatMap((identity) => identity ?? []);
  const known = await loadKnown(store, portalId, given, asRead);
  const newcomers = createNewcomers(known);
  const run: (PersonDoc | Newcomer | null)[] = [];
  for (const [index, { numberChange, sentAt }] of messages.entries()) {
    const identity = identities[index] ?? null;
    const person = identity && (findKnown(identity, known) ?? newcomers.take(identity, sentAt));
    if ((identity !== null && person === null) || (numberChange && index > 0)) break;
    run.push(person);
  }
  const [first] = identities;
  if (run.length === 0 && first)
    return [await resolvePerson(store, portalId, first, source, messages[0]?.sentAt)];
  const made = await makeNewcomers(store, portalId, newcomers.all(), source);
  const people = run.map((one) => (one && 'identity' in one ? (made.get(one) ?? null) : one));
  await store.people.showNames(listNames(identities, people), source);
  return people;
}
