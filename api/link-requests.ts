import { z } from 'zod';
import type { LinkDoc, LinkRequest } from '../store/link-schema';
import type { Store } from '../store/store';
import type { LinkOutcome } from '../workflows/messages';
import type { ApiContext } from './context';
import type { Answer } from './endpoint';
import { linkCardSchema, loadLinkCard } from './link-card';
import { notFound, Problem } from './problem';

const linkedSchema = z.object({ outcome: z.literal('linked'), link: linkCardSchema });
const doubtfulSchema = z.object({
  outcome: z.enum(['ambiguous', 'unmatched']),
  reviewId: z.string(),
  candidates: z.array(
    z.object({ crmContactId: z.number(), name: z.string(), phones: z.array(z.string()), rule: z.string() }),
  ),
});

/** What a request to link is answered with. */
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
};

interface Claim {
  link: LinkDoc;
  /** Whether this very request made or renewed the link. */
  isNew: boolean;
}

const isSameRequest = (a: LinkRequest, b: LinkRequest): boolean =>
  a.crmContactId === b.crmContactId && a.createIfMissing === b.createIfMissing;

/** What a known link makes of the request: it stands, is renewed, or refuses. Null: it changed meanwhile. */
async function claimKnown(store: Store, known: LinkDoc, request: LinkRequest): Promise<Claim | null> {
  switch (known.state) {
    case 'linked':
      if (request.crmContactId === null || request.crmContactId === known.crmContactId) {
        return { link: known, isNew: false };
      }
      throw new Problem('link_exists', {
        detail: 'Change its contact with PUT /api/v1/links/{linkId}/contact.',
      });
    case 'pending':
      if (isSameRequest(known.request, request)) return { link: known, isNew: false };
      throw new Problem('link_pending');
    case 'unlinking':
      throw new Problem('link_unlinking');
    case 'unlinked': {
      const renewed = await store.links.renewPending(known._id, request);
      return renewed && { link: renewed, isNew: true };
    }
  }
}

/** Other callers may make, renew or end the link between two steps: then the state is read again. */
async function claim(store: Store, portalId: string, personId: string, request: LinkRequest): Promise<Claim> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const fresh = await store.links.insertPending(portalId, personId, request);
    if (fresh) return { link: fresh, isNew: true };
    const known = await store.links.findByPerson(portalId, personId);
    const claimed = known && (await claimKnown(store, known, request));
    if (claimed) return claimed;
  }
  throw new Problem('link_pending');
}

async function toReviewAnswer(store: Store, reviewId: string | null): Promise<Answer> {
  const review = reviewId === null ? null : await store.reviews.load(reviewId);
  if (!review) throw notFound('The review is gone; ask again.');
  const candidates = review.candidates.map(({ crmContactId, name, phones, rule }) => ({
    crmContactId,
    name,
    phones,
    rule,
  }));
  return { status: 200, body: { outcome: review.kind, reviewId: review._id, candidates } };
}

async function toAnswer(store: Store, { link, isNew }: Claim, outcome: LinkOutcome | null): Promise<Answer> {
  if (link.state === 'linked') {
    return {
      status: isNew ? 201 : 200,
      body: { outcome: 'linked', link: await loadLinkCard(store, link) },
    };
  }
  if (outcome?.reviewId || link.state === 'unlinked') {
    if (outcome?.outcome === 'unlinked' || !link.reviewId) throw new Problem('link_unlinked');
    return toReviewAnswer(store, outcome?.reviewId ?? link.reviewId);
  }
  return { status: 202, body: { outcome: 'pending', link: await loadLinkCard(store, link) } };
}

/** Saves the request on the person's link and waits, within limits, for what the workflow makes of it. */
export async function requestLink(
  { store, linkWorkflows }: ApiContext,
  { portalId, personId }: { portalId: string; personId: string },
  request: LinkRequest,
): Promise<Answer> {
  const { link, isNew } = await claim(store, portalId, personId, request);
  if (link.state === 'linked') return toAnswer(store, { link, isNew }, null);
  const outcome = await linkWorkflows.establish(link);
  const now = await store.links.load(link._id);
  return toAnswer(store, { link: now ?? link, isNew }, outcome);
}
