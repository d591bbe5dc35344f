import { z } from 'zod';
import { loadReviewCards } from '../../linking/review-cards';
import type { ReviewDoc } from '../../store/reviews/reviews';
import type { Store } from '../../store/store';
import { candidateSchema, toCandidates } from './candidate-card';
import { timeField } from '../http/fields';
import { linkState } from './link-card';
import { toCard } from './to-card';
import { whoSchema } from './who-card';

export const reviewKind = z.enum(['ambiguous', 'unmatched', 'conflict']);
export const reviewState = z.enum(['open', 'answered', 'ignored']);

const personSchema = z
  .object({
    personId: z.string(),
    name: z.string().nullable(),
    names: z.array(z.string()),
    aliases: z.array(z.string()).meta({ example: ['phone:+491701234567', 'lid:4639135154355'] }),
    lastMessageAt: timeField.nullable().meta({ description: 'The newest message that no page has taken.' }),
    link: z
      .object({
        id: z.string(),
        state: linkState,
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
    subject: z.enum(['contact', 'identity', 'hearsay']).meta({
      description:
        '`hearsay`: a source said something of somebody it has no chat with; answer `confirm` or `ignore`.',
    }),
    heard: z
      .object({
        accountId: z.string().meta({ description: 'The account whose source said it.' }),
        what: z.enum(['names', 'number']).meta({
          description: '`names`: all of them are one person’s. `number`: the first became the second.',
        }),
        aliases: z.array(z.string()),
      })
      .nullable()
      .meta({ description: 'Only of hearsay: what was said.' }),
    otherPersonId: z.string().nullable().meta({ description: 'The other person of a conflict.' }),
    kind: reviewKind,
    reason: z.string(),
    candidates: z.array(candidateSchema),
    name: z.string().nullable(),
    person: personSchema.nullable(),
    other: personSchema.nullable().meta({ description: 'The second person of a conflict.' }),
    state: reviewState,
    answeredBy: whoSchema
      .nullable()
      .meta({ description: 'Who answered or ignored it; null: its answer became known by itself.' }),
    createdAt: timeField,
    updatedAt: timeField,
  })
  .meta({ id: 'Review', description: 'A person who needs a human to say which contact they are.' });

/** The reviews as lists and answers show them. */
export async function toReviews(
  store: Store,
  reviews: readonly ReviewDoc[],
): Promise<z.output<typeof reviewSchema>[]> {
  return (await loadReviewCards(store, reviews)).map(({ review, person, other }) =>
    toCard(reviewSchema, {
      ...{ ...review, person, other, name: person?.name ?? null, answeredBy: review.answeredBy ?? null },
      candidates: toCandidates(review.candidates),
      heard: review.heard ? { ...review.heard, aliases: review.heard.aliases.map(({ key }) => key) } : null,
    }),
  );
}
