import { isStrong } from '../../domain/identity';
import type { Heard, ReviewDoc } from '../../store/reviews/review-schema';
import type { Store } from '../../store/store';
import { changeNumber } from '../number-change';
import { resolvePerson } from '../resolve-person';
import type { Claim } from './believe';

/** A hostile address book costs no more than this. What is not asked is not believed either. */
const reviewsPerTaking = 50;

const reasons: Record<Heard['what'], string> = {
  names: 'An account that has no chat with this person says that they are somebody else, too.',
  number: 'An account that has no chat with this person says that their number has changed.',
};

const namesOf = ({ what, aliases }: Heard): string =>
  `${what} ${aliases
    .map(({ key }) => key)
    .sort()
    .join()}`;

/** Not asked again: what is open, ignored, or was answered so before. */
const isAsked = ({ state, heard }: ReviewDoc, claim: Claim): boolean =>
  state !== 'answered' || (heard ? namesOf(heard) === namesOf(claim.heard) : false);

async function ask(store: Store, { person, heard }: Claim): Promise<void> {
  const { portalId, _id: personId } = person;
  const [link, owners] = await Promise.all([
    store.links.findByPerson(portalId, personId),
    store.people.findOwners(portalId, heard.aliases.filter(isStrong)),
  ]);
  const other = [...owners.values()].find(({ _id }) => _id !== personId);
  await store.reviews.openHearsay({
    ...{ portalId, personId, linkId: link?._id ?? null, otherPersonId: other?._id ?? null },
    ...{ reason: reasons[heard.what], heard },
  });
}

/**
 * Asks a person about hearsay, once for each of whom it is. After the messages are stored: a delivery that dies in between comes again and
 * says the same.
 */
export async function askAbout(store: Store, claims: readonly Claim[]): Promise<void> {
  const [first] = claims;
  if (!first) return;
  const newest = new Map(claims.map((claim) => [claim.person._id, claim]));
  const reviews = await store.reviews.listOfPeople(first.person.portalId, [...newest.keys()], 'hearsay');
  const asked = new Map(reviews.map((review) => [review.personId, review]));
  const fresh = [...newest.values()].filter((claim) => {
    const review = asked.get(claim.person._id);
    return !review || !isAsked(review, claim);
  });
  for (const claim of fresh.slice(0, reviewsPerTaking)) await ask(store, claim);
}

/** Whether it is known by now, by a source that may say it. */
async function isKnown({ people }: Store, portalId: string, { what, aliases }: Heard): Promise<boolean> {
  const names = aliases.filter(isStrong);
  const [from, to] = names;
  if (what === 'number') {
    const left = await people.listFormerHolders(portalId, from?.key ?? '');
    return left.some(({ former }) => former.movedTo === to?.key);
  }
  const owners = await people.findOwners(portalId, names);
  const ids = new Set(names.map(({ key }) => owners.get(key)?._id ?? null));
  return ids.size === 1 && !ids.has(null);
}

/** Does what was heard and confirmed, as if a source that may say it had said it. Safe to repeat. */
async function carryOut(store: Store, { portalId, heard }: ReviewDoc): Promise<void> {
  if (!heard) return;
  const { what, aliases, at } = heard;
  const [from, ...to] = aliases;
  if (what === 'number' && from) await changeNumber(store, portalId, { from, to }, at, 'review');
  else await resolvePerson(store, portalId, { aliases, name: null }, 'review', at);
}

/**
 * Goes on with hearsay: what a person has confirmed is carried out, and what is known by now is no question any more. It is closed last:
 * a crash before that does the same again.
 */
export async function advanceHearsay(store: Store, review: ReviewDoc): Promise<void> {
  const { portalId, personId, heard } = review;
  if (heard?.isConfirmed) await carryOut(store, review);
  else if (heard && !(await isKnown(store, portalId, heard))) return;
  await store.reviews.close(portalId, personId, { subject: 'hearsay' });
}
