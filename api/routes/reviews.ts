import { z } from 'zod';
import { ignoreReview, listReviews } from '../../store/review-answers';
import type { ReviewDoc } from '../../store/reviews';
import type { ApiContext } from '../context';
import { endpoint, type Answer, type Endpoint } from '../endpoint';
import { linkAnswers, requestLink } from '../link-requests';
import { pageFields, pageSchema, readPage } from '../paging';
import { notFound, Problem } from '../problem';
import { crmContactId } from './links';

const reviewSchema = z
  .object({
    id: z.string(),
    portalId: z.string(),
    personId: z.string(),
    linkId: z.string().nullable().meta({ description: 'Null for a newcomer, who has no link yet.' }),
    subject: z.enum(['contact', 'identity']),
    otherPersonId: z.string().nullable().meta({ description: 'The other person of a conflict.' }),
    kind: z.enum(['ambiguous', 'unmatched', 'conflict']),
    reason: z.string(),
    candidates: z.array(
      z.object({
        crmContactId: z.number(),
        name: z.string(),
        phones: z.array(z.string()),
        rule: z.string(),
        matchedValue: z.string(),
        confidence: z.number(),
      }),
    ),
    name: z.string().nullable(),
    state: z.enum(['open', 'answered', 'ignored']),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Review', description: 'A person who needs a human to say which contact they are.' });

const reviewAnswer = z
  .strictObject({
    crmContactId: crmContactId.optional(),
    create: z.literal(true).optional(),
    ignore: z.literal(true).optional(),
  })
  .refine((answer) => Object.values(answer).filter((value) => value !== undefined).length === 1, {
    error: 'give one of crmContactId, create and ignore',
  });

async function toReviews({ store }: ApiContext, reviews: ReviewDoc[]) {
  const people = await store.people.loadMany(reviews.map(({ personId }) => personId));
  const names = new Map(people.map(({ _id, name }) => [_id, name]));
  return reviews.map(({ _id, createdAt, updatedAt, ...review }) => ({
    id: _id,
    ...review,
    name: names.get(review.personId) ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
}

/** A link that stands answers what was asked about its contact, also before the review itself says so. */
async function isAnswered({ store }: ApiContext, review: ReviewDoc): Promise<boolean> {
  if (review.state === 'answered' || review.subject === 'identity') return review.state === 'answered';
  const link = await store.links.findByPerson(review.portalId, review.personId);
  return link?.state === 'linked';
}

async function ignore(context: ApiContext, reviewId: string): Promise<Answer> {
  const ignored = await ignoreReview(context.store, reviewId);
  if (!ignored) throw new Problem('review_answered');
  const [review] = await toReviews(context, [ignored]);
  return { status: 200, body: { outcome: 'ignored', review } };
}

/** Reviews: who is in doubt, and a person's answer. */
export function createReviewRoutes(context: ApiContext): Endpoint[] {
  const { store, cursors } = context;
  const tag = 'Reviews';
  return [
    endpoint({
      ...{ method: 'get', path: '/reviews', tag },
      summary: 'List reviews, newest first',
      query: z.strictObject({
        state: z.enum(['open', 'answered', 'ignored']).optional(),
        portalId: z.string().max(64).optional(),
        ...pageFields,
      }),
      answers: { 200: { description: 'A page of reviews.', schema: pageSchema(reviewSchema) } },
      async handle({ query: { state, portalId, ...page } }) {
        const body = await readPage(
          cursors,
          'reviews',
          page,
          (part) => listReviews(store, { state, portalId }, part),
          (reviews) => toReviews(context, reviews),
        );
        return { status: 200, body };
      },
    }),
    endpoint({
      ...{ method: 'post', path: '/reviews/:reviewId', tag },
      summary: 'Answer a review: this contact, a new contact, or not now',
      body: reviewAnswer,
      answers: linkAnswers,
      async handle({ params, body }) {
        const review = await store.reviews.load(params.reviewId);
        if (!review) throw notFound('No such review.');
        if (await isAnswered(context, review)) throw new Problem('review_answered');
        if (body.ignore) return ignore(context, review._id);
        if (review.subject === 'identity') throw new Problem('review_of_people');
        const person = await store.people.load(review.personId);
        return requestLink(context, review, {
          crmContactId: body.crmContactId ?? null,
          createIfMissing: body.create ?? false,
          name: person?.name ?? null,
          at: new Date(),
        });
      },
    }),
  ];
}
