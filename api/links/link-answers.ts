import { z } from 'zod';
import type { CreationRefusal, LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import type { LinkOutcome } from '../../workflows/messages';
import { ok, type Answer, type AnswerDoc } from '../http/endpoint';
import { candidateSchema, toCandidates } from '../cards/candidate-card';
import { linkCardSchema, loadLinkCard } from '../cards/link-card';
import { notFound, Problem, type FieldError } from '../http/problem';

const linkedSchema = z.object({ outcome: z.literal('linked'), link: linkCardSchema });
const doubtfulSchema = z.object({
  outcome: z.enum(['ambiguous', 'unmatched']),
  reviewId: z.string(),
  reason: z.string(),
  candidates: z.array(candidateSchema),
});

/** The answers to a request to link. */
export const linkAnswers = {
  200: {
    description: 'The link existed, or the match is doubtful and waits for a person.',
    schema: z.union([linkedSchema, doubtfulSchema]),
  },
  201: { description: 'Linked.', schema: linkedSchema },
  202: {
    description: 'Saved; no worker answered in time. It is carried out by itself.',
    schema: z.object({ outcome: z.literal('pending'), link: linkCardSchema }),
  },
  409: {
    description:
      '`link_exists`, `link_pending`, `link_unlinking`: the person has another link. `person_forgotten`: they were forgotten, and are taken in again by `POST /people/let-in` only.',
  },
  422: {
    description:
      'A field is not valid. `contact_fields_required`: Bitrix24 requires fields of a new contact; `errors` names them as `fields.<name>`. The request is saved on `linkId` and goes on when it is sent again with `fields`, or unchanged once they are optional.',
  },
} satisfies Record<number, AnswerDoc>;

async function toReviewAnswer(store: Store, reviewId: string | null): Promise<Answer> {
  const review = reviewId === null ? null : await store.reviews.load(reviewId);
  if (!review) throw notFound('The review is gone; ask again.');
  const { _id, kind, reason } = review;
  return ok({ outcome: kind, reviewId: _id, reason, candidates: toCandidates(review.candidates) });
}

const maxShown = 20;

/** Fields that the request names by themselves; every other one stands under `fields`. */
const toField = (name: string): string =>
  /^assigned_?by_?id$/i.test(name) ? 'assignedById' : `fields.${name}`;

function toErrors({ code, fields }: CreationRefusal): FieldError[] {
  return fields.map(({ name, title, options }) => {
    const called = title === name ? '' : ` (“${title}”)`;
    const shown = options.slice(0, maxShown).map((option) => `${option.id} (${option.title})`);
    const values = shown.length === 0 ? '' : `; one of ${shown.join(', ')}`;
    const message = code === 'fields_required' ? 'is required by Bitrix24' : 'is refused by Bitrix24';
    const choices = options.map((option) => ({ value: option.id, title: option.title }));
    return {
      ...{ field: name === null ? 'fields' : toField(name), message: `${message}${called}${values}` },
      ...(title !== name && { title }),
      ...(choices.length > 0 && { choices }),
    };
  });
}

/** Why the portal did not make the contact. The request stays saved on the link and is tried again by itself. */
function toProblem(linkId: string, refusal: CreationRefusal): Problem {
  const { code, advice: detail } = refusal;
  const errors = toErrors(refusal);
  if (code === 'fields_required') return new Problem('contact_fields_required', { detail, errors, linkId });
  if (code !== 'value_refused') return new Problem('portal_refused', { detail, linkId });
  return new Problem('invalid_request', { detail, linkId, ...(errors.length > 0 ? { errors } : {}) });
}

/** The outcome of a request to link. `isNew`: it made or renewed the link. Throws what the portal refused. */
export async function toLinkAnswer(
  store: Store,
  { link, isNew }: { link: LinkDoc; isNew: boolean },
  outcome: LinkOutcome | null,
): Promise<Answer> {
  if (link.state === 'linked') {
    return { status: isNew ? 201 : 200, body: { outcome: 'linked', link: await loadLinkCard(store, link) } };
  }
  if (outcome?.reviewId || link.state === 'unlinked') {
    if (outcome?.outcome === 'unlinked' || !link.reviewId) throw new Problem('link_unlinked');
    return toReviewAnswer(store, outcome?.reviewId ?? link.reviewId);
  }
  if (link.creation?.refusal) throw toProblem(link._id, link.creation.refusal);
  return { status: 202, body: { outcome: 'pending', link: await loadLinkCard(store, link) } };
}
