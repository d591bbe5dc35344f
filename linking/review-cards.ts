import type { LinkState } from '../domain/link';
import type { LinkDoc } from '../store/links/link-schema';
import type { PersonDoc } from '../store/people/people';
import type { ReviewDoc } from '../store/reviews/reviews';
import { listAll } from '../store/queries';
import type { Store } from '../store/store';

/** The person of a review, as people know them. `lastMessageAt`: the newest message that no page has taken. */
export interface ReviewPerson {
  personId: string;
  name: string | null;
  names: string[];
  /** Every alias, also of people merged into this one. */
  aliases: string[];
  lastMessageAt: Date | null;
  /** Their link, which says which contact they have or had. */
  link: { id: string; state: LinkState; crmContactId: number | null } | null;
}

/** A review with its people; `other` is the second one of a conflict. */
export interface ReviewCard {
  review: ReviewDoc;
  person: ReviewPerson | null;
  other: ReviewPerson | null;
}

const toPerson = (
  { _id, name, names, aliases, absorbed, lastMessageAt }: PersonDoc,
  link: LinkDoc | undefined,
): ReviewPerson => ({
  personId: _id,
  name,
  names: names.map((one) => one.name),
  aliases: [...aliases, ...(absorbed ?? [])].flatMap(({ kind, key }) => (kind === 'none' ? [] : key)),
  lastMessageAt: lastMessageAt ?? null,
  link: link ? { id: link._id, state: link.state, crmContactId: link.crmContactId } : null,
});

/** The reviews with their people, with two reads for all of them. */
export async function loadReviewCards(
  { people, links }: Store,
  reviews: readonly ReviewDoc[],
): Promise<ReviewCard[]> {
  const ids = [...new Set(reviews.flatMap((one) => [one.personId, one.otherPersonId ?? []].flat()))];
  const portalIds = [...new Set(reviews.map(({ portalId }) => portalId))];
  const [known, linked] = await Promise.all([
    people.loadMany(ids),
    listAll(links.model, { portalId: { $in: portalIds }, personId: { $in: ids } }),
  ]);
  const byId = new Map(known.map((person) => [person._id, person]));
  const linkOf = new Map(linked.map((link) => [link.personId, link]));
  const find = (personId: string | null): ReviewPerson | null => {
    const person = personId === null ? undefined : byId.get(personId);
    return person ? toPerson(person, linkOf.get(person._id)) : null;
  };
  return reviews.map((review) => {
    return { review, person: find(review.personId), other: find(review.otherPersonId) };
  });
}
