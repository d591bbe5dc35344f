import type { ReviewDoc } from '../../store/reviews/reviews';
import type { Store } from '../../store/store';
import { findObstacle } from './conflicts';
import { resolveClaim } from './number-claim';
import { advanceMerge, mergeInto, type Advanced } from './person-merge';

/** Goes on with what was begun on a person and is not at its end: a merge, or a claim to a number. */
export async function advancePerson(store: Store, personId: string): Promise<Advanced> {
  const person = await store.people.loadAsStored(personId);
  if (person?.mergedInto) return advanceMerge(store, personId);
  await resolveClaim(store, personId);
  return { state: 'finished', parkedLinkId: null };
}

/** Closes a conflict that has gone away: one of the two was unlinked, or both have the same contact. Then they merge. */
export async function reviewConflict(store: Store, review: ReviewDoc): Promise<void> {
  const [person, other] = await Promise.all([
    store.people.load(review.personId),
    store.people.load(review.otherPersonId ?? ''),
  ]);
  const areTwo = person && other && person._id !== other._id;
  const claimant = areTwo && [person, other].find(({ claim }) => claim);
  if (claimant) {
    // The number may be free by now: then nobody merges, and there is nothing left to ask.
    await resolveClaim(store, claimant._id);
    const now = await store.people.loadAsStored(claimant._id);
    if (now?.claim && !now.mergedInto) return;
  } else if (areTwo && (await findObstacle(store, person, other)) !== null) return;
  else if (areTwo) await mergeInto(store, person, other);
  await store.reviews.close(review.portalId, review.personId, { subject: 'identity' });
}
