import { z } from 'zod';
import { loadReviewCards, type ReviewPerson } from '../../linking/review-cards';
import type { ReviewDoc } from '../../store/reviews/reviews';
import type { Store } from '../../store/store';
import { candidateSchema, toCandidates } from './candidate-card';
import { time, toIso } from './link-card';

const personSchema = z
  .object({
    personId: z.string(),
    name: z.string().nullable(),
    names: z.array(z.string()),
    aliases: z.array(z.string()).meta({ example: ['phone:+491701234567', 'lid:4639135154355'] }),
    lastMessageAt: time.meta({ description: 'The newest message that no page has taken.' }),
    link: z
      .object({
        id: z.string(),
        state: z.enum(['pending', 'linked', 'unlinking', 'unlinked']),
        crmContactId: z.number().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'ReviewPerson' });

/** A review with its people and its candidates side by side. */
export const reviewSchema = z
  .object({
    id: z.string(),
    portalId: z.string(),
    personId: z.string(),
    linkId: z.string().nullable().meta({ description: 'Null for a newcomer, who has no link yet.' }),
    subject: z.enum(['contact', 'identity']),
    otherPersonId: z.string().nullable().meta({ description: 'The other person of a conflict.' }),
    kind: z.enum(['ambiguous', 'unmatched', 'conflict']),
    reason: z.string(),
    candidates: z.array(candidateSchema),
    name: z.string().nullable(),
    person: personSchema.nullable(),
    other: personSchema.nullable().meta({ description: 'The second person of a conflict.' }),
    state: z.enum(['open', 'answered', 'ignored']),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Review', description: 'A person who needs a human to say which contact they are.' });

const toPerson = (person: ReviewPerson | null): z.output<typeof personSchema> | null =>
  person && { ...person, lastMessageAt: toIso(person.lastMessageAt) };

/** The reviews as lists and answers show them. */
export async function toReviews(
  store: Store,
  reviews: readonly ReviewDoc[],
): Promise<z.output<typeof reviewSchema>[]> {
  return (await loadReviewCards(store, reviews)).map(({ review, person, other }) => {
    const { _id, portalId, personId, linkId, subject, otherPersonId, kind, reason, state } = review;
    return {
      ...{ id: _id, portalId, personId, linkId, subject, otherPersonId, kind, reason },
      candidates: toCandidates(review),
      name: person?.name ?? null,
      person: toPerson(person),
      other: toPerson(other),
      state,
      createdAt: review.createdAt.toISOString(),
      updatedAt: review.updatedAt.toISOString(),
    };
  });
}
