import { z } from 'zod';
import { advanceHearsay } from '../../intake/hearsay/reviews';
import type { ReviewDoc } from '../../store/reviews/reviews';
import type { ApiContext, AskedContext } from '../context';
import { endpoint, ok, type Answer, type Endpoint } from '../http/endpoint';
import { linkAnswers } from '../links/link-answers';
import { newContactFields, requestLink, toNewContact } from '../links/link-requests';
import { crmContactIdField, idField, nameField, timeQuery } from '../http/fields';
import { pageEndpoint } from '../http/paging';
import { toWho } from '../cards/who-card';
import { orNotFound, Problem } from '../http/problem';
import { findOutcome } from '../links/repeated-answer';
import { answerWithContact, changedSchema } from '../links/review-answer';
import { reviewKind, reviewSchema, reviewState, toReviews } from '../cards/review-card';

const chosenAnswer = z.strictObject({
  crmContactId: crmContactIdField.optional(),
  create: z.literal(true).optional(),
  ignore: z.literal(true).optional(),
  confirm: z.literal(true).optional().meta({ description: 'Only of hearsay: what was said is true.' }),
  name: nameField.optional().meta({ description: 'The name of a new contact; WhatsApp’s unless given.' }),
  ...newContactFields,
});

const reviewAnswer = chosenAnswer
  .refine(
    (answer) =>
      [answer.crmContactId, answer.create, answer.ignore, answer.confirm].filter(Boolean).length === 1,
    {
      error: 'give one of crmContactId, create, ignore and confirm',
    },
  )
  .refine(({ create, name, assignedById, fields }) => create ?? !(name ?? assignedById ?? fields), {
    error: 'name, assignedById and fields are only for create',
  });

const answers = {
  ...linkAnswers,
  200: {
    description: 'Linked with it already, or ignored, or the match is doubtful still.',
    schema: z.union([
      linkAnswers[200].schema,
      z.object({ outcome: z.enum(['ignored', 'confirmed']), review: reviewSchema }),
    ]),
  },
  202: {
    description: 'Saved; it is carried out by itself. `changed`: links that get the chosen contact.',
    schema: z.union([linkAnswers[202].schema, changedSchema]),
  },
  409: {
    description:
      '`review_answered`, with another answer than this one; `change_under_way`: answer again later; `review_of_people`: two people with different numbers, whom no contact makes one: such a conflict can only be ignored; `link_in_doubt`: no new contact for a link that stands; `review_of_hearsay`: only hearsay is confirmed, and it is answered by nothing else.',
  },
};

type ReviewAnswer = z.output<typeof reviewAnswer>;

/** A link that stands without doubt answers what was asked about its contact, also before the review itself says so. */
async function isAnswered({ store }: ApiContext, review: ReviewDoc): Promise<boolean> {
  if (review.state === 'answered' || review.subject !== 'contact') return review.state === 'answered';
  const link = await store.links.findByPerson(review.portalId, review.personId);
  return link?.state === 'linked' && link.doubt === null;
}

async function ignore({ store, who }: AskedContext, reviewId: string): Promise<Answer> {
  const ignored = await store.reviews.ignore(reviewId, who);
  if (!ignored) throw new Problem('review_answered');
  const [review] = await toReviews(store, [ignored]);
  return ok({ outcome: 'ignored', review });
}

/** What a source said is true: saved first, so that the sweep carries it out where this process dies. */
async function confirm({ store, who }: AskedContext, { _id }: ReviewDoc): Promise<Answer> {
  const confirmed = await store.reviews.confirm(_id, who);
  if (!confirmed) throw new Problem('review_answered');
  await advanceHearsay(store, confirmed);
  const [review] = await toReviews(store, [(await store.reviews.load(_id)) ?? confirmed]);
  return ok({ outcome: 'confirmed', review });
}

/** A new contact although there are candidates: the person who answers has seen them. */
async function create(context: AskedContext, review: ReviewDoc, answer: ReviewAnswer): Promise<Answer> {
  const { store, who } = context;
  if (review.subject === 'identity') throw new Problem('review_of_people');
  const link = await store.links.findByPerson(review.portalId, review.personId);
  if (link?.state === 'linked') {
    throw new Problem('link_in_doubt', { detail: 'Choose its contact, or end the link first.' });
  }
  const person = await store.people.load(review.personId);
  const { name = person?.name ?? null } = answer;
  return requestLink(context, review, {
    ...{ crmContactId: null, createIfMissing: true, despiteCandidates: true },
    ...{ name, ...toNewContact(answer), who, at: new Date() },
  });
}

/** Reviews: who is in doubt, and a person's answer. */
export function createReviewRoutes(context: ApiContext): Endpoint[] {
  const { store, cursors } = context;
  const tag = 'Reviews';
  return [
    pageEndpoint(cursors, 'GET /reviews', {
      role: 'viewer',
      operationId: 'listReviews',
      tag,
      summary: 'List reviews with their people and candidates, newest first',
      items: 'reviews',
      item: reviewSchema,
      filter: {
        ...{ state: reviewState.optional(), kind: reviewKind.optional(), portalId: idField.optional() },
        updatedSince: timeQuery.optional().meta({ description: 'Only reviews that changed then or later.' }),
      },
      read: (filter, page) => store.reviews.list(filter, page),
      show: (reviews) => toReviews(store, reviews),
    }),
    endpoint('GET /reviews/:reviewId', {
      role: 'viewer',
      operationId: 'getReview',
      tag,
      summary: 'Show a review',
      answers: { 200: { description: 'The review.', schema: reviewSchema } },
      async handle({ params }) {
        const review = orNotFound(await store.reviews.load(params.reviewId), 'review');
        return ok((await toReviews(store, [review]))[0]);
      },
    }),
    endpoint('POST /reviews/:reviewId', {
      role: 'agent',
      operationId: 'answerReview',
      tag,
      summary: 'Answer a review: this contact, a new contact, or not now',
      body: reviewAnswer,
      answers,
      async handle({ params, body, actor }) {
        const asked = { ...context, who: toWho(actor) };
        const review = orNotFound(await store.reviews.load(params.reviewId), 'review');
        if (await isAnswered(context, review)) {
          const outcome = await findOutcome(context, review, body);
          if (outcome) return outcome;
          throw new Problem('review_answered');
        }
        if (body.ignore) return ignore(asked, review._id);
        if ((body.confirm ?? false) !== (review.subject === 'hearsay'))
          throw new Problem('review_of_hearsay');
        if (body.confirm) return confirm(asked, review);
        if (body.create) return create(asked, review, body);
        return answerWithContact(asked, review, body.crmContactId ?? 0);
      },
    }),
  ];
}
