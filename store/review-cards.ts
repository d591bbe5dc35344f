import type { PersonDoc } from './people';
import type { ReviewDoc } from './reviews';
import type { Store } from './store';

/** Who a review is about, as people know them. `lastMessageAt`: the newest message that no page has taken. */
export interface ReviewPerson {
  personId: string;
  name: string | null;
  names: string[];
  /** Every alias, also of people merged into this one. */
  aliases: string[];
  lastMessageAt: Date | null;
}

/** A review with its people; `other` is the second one of a conflict. */
export interface ReviewCard {
  review: ReviewDoc;
  person: ReviewPerson | null;
  other: ReviewPerson | null;
}

const toPerson = ({ _id, name, names, aliases, absorbed, lastMessageAt }: PersonDoc): ReviewPerson => ({
  personId: _id,
  name,
  names: names.map((one) => one.name),
  aliases: [...aliases, ...(absorbed ?? [])].map(({ key }) => key),
  lastMessageAt: lastMessageAt ?? null,
});

/** The reviews with their people, with one read for all of them. */
export async function loadReviewCards(
  { people }: Store,
  reviews: readonly ReviewDoc[],
): Promise<ReviewCard[]> {
  const ids = reviews.flatMap(({ personId, otherPersonId }) => [personId, otherPersonId ?? []].flat());
  const found = new Map((await people.loadMany([...new Set(ids)])).map((person) => [person._id, person]));
  const find = (personId: string | null): ReviewPerson | null => {
    const person = personId === null ? undefined : found.get(personId);
    return person ? toPerson(person) : null;
  };
  return reviews.map((review) => ({
    review,
    person: find(review.personId),
    other: find(review.otherPersonId),
  }));
}
