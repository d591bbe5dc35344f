import { phoneOf } from '../domain/identity';
import type { LinkDoc } from '../store/links/link-schema';
import type { PersonDoc } from '../store/people/people';
import type { PortalDoc } from '../store/portals/portal-schema';
import type { ReviewDoc } from '../store/reviews/reviews';
import type { Store } from '../store/store';
import type { CreatePolicy } from './decide';
import type { Sought } from './look-up';

/** A person with their link and the review of their contact, if any. */
export interface Newcomer extends Sought {
  person: PersonDoc;
  link: LinkDoc | null;
  review: ReviewDoc | null;
}

/** Whether a link is in nobody's hands: none, or one that rests, and nobody said not to link again. */
export const isFree = (link: LinkDoc | null): boolean =>
  link === null || (link.state === 'unlinked' && !link.doNotLinkAgain);

/** Whether a person ended the link: it is never made again by itself, unless the number gets another owner. */
export const isEnded = (link: LinkDoc | null): link is LinkDoc =>
  link !== null && link.state === 'unlinked' && link.reviewId === null;

/** Of these people, those who may be linked by themselves: no active link, no "do not link again", not ignored. */
export async function listNewcomers(
  { links, reviews }: Store,
  portalId: string,
  people: readonly PersonDoc[],
): Promise<Newcomer[]> {
  const ids = people.map(({ _id }) => _id);
  const [ofPeople, asked] = await Promise.all([
    links.listByPeople(portalId, ids),
    reviews.listOfPeople(portalId, ids, 'contact'),
  ]);
  const linkOf = new Map(ofPeople.map((link) => [link.personId, link]));
  const reviewOf = new Map(asked.map((review) => [review.personId, review]));
  return people
    .map((person) => ({
      ...{ personId: person._id, e164: phoneOf(person.aliases), person },
      link: linkOf.get(person._id) ?? null,
      review: reviewOf.get(person._id) ?? null,
    }))
    .filter(({ link, review }) => isFree(link) && review?.state !== 'ignored');
}

/** Whether the oldest message known of a person's direct chats is theirs. */
async function didWriteFirst({ chats, messages }: Store, { portalId, _id }: PersonDoc): Promise<boolean> {
  const direct = await chats.listDirect(portalId, _id);
  const first = await messages.findOldest(direct.map((chat) => chat._id));
  return first !== null && !first.fromMe;
}

/**
 * The portal's policy on contacts that are missing. None is made before every contact was read once: one may have the
 * number in a form that Bitrix24 does not find.
 */
export const createPolicyOf = (store: Store, portal: PortalDoc): CreatePolicy<Newcomer> => ({
  async createFor({ person }) {
    if (portal.createMissing === 'never' || !portal.oddScan?.isDone) return false;
    return portal.createMissing === 'always' || didWriteFirst(store, person);
  },
});
