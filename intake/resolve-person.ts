import type { Identity } from '../domain/identity';
import type { PersonDoc } from '../store/people/people';
import type { Store } from '../store/store';
import { findObstacle, openConflict } from './merging/conflicts';
import { mergeInto } from './merging/person-merge';

/** Two names turned out to be one person: they merge, or a conflict opens where that needs somebody's word. */
export async function mergePeople(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<void> {
  const obstacle = await findObstacle(store, survivor, loser);
  if (obstacle === null) return mergeInto(store, survivor, loser);
  await openConflict(store, survivor, loser, obstacle);
}

/**
 * The person whom an identity named at a time (WhatsApp's); the pairs it makes known merge people or open a conflict. A
 * number changes hands by WhatsApp's notice only, and older messages stay with the one who had it then.
 */
export async function resolvePerson(
  store: Store,
  portalId: string,
  given: Identity,
  source: string,
  at: Date = new Date(),
): Promise<PersonDoc> {
  const startedAt = new Date();
  const identity = await store.people.identityAt(portalId, given, at);
  const person = await store.people.findOrCreate(portalId, identity, source);
  // A notice carried out meanwhile may have left the number to nobody: then the person made here is somebody known.
  if (person.createdAt >= startedAt) {
    const now = await store.people.identityAt(portalId, given, at);
    if (now.aliases[0]?.key !== identity.aliases[0]?.key) {
      return resolvePerson(store, portalId, given, source, at);
    }
  }
  for (const rival of await store.people.findRivals(identity, person)) {
    // Read anew: the phone may have been learnt just now.
    const now = await store.people.load(person._id);
    if (now && now._id !== rival._id) await mergePeople(store, now, rival);
  }
  return person;
}
