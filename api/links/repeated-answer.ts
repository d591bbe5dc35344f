import { findChangeTo } from '../../linking/choose-contact';
import type { LinkDoc, LinkRequest } from '../../store/links/link-schema';
import type { ReviewDoc } from '../../store/reviews/reviews';
import type { ApiContext } from '../context';
import type { Answer } from '../http/endpoint';
import { toLinkAnswer } from './link-answers';
import { isSameContact, toNewContact } from './link-requests';
import { carryOut } from './review-answer';

type Given = Pick<LinkRequest, 'assignedById' | 'fields'> & {
  crmContactId?: number | undefined;
  create?: true | undefined;
};

const isMadeBy = ({ decision, request }: LinkDoc, answer: Given): boolean =>
  answer.create === true && decision?.by === 'created' && isSameContact(request, toNewContact(answer));

/** The links that the answer of a review was about and that stand. */
async function listLinked({ store }: ApiContext, review: ReviewDoc): Promise<LinkDoc[]> {
  const people = [review.personId, ...(review.otherPersonId === null ? [] : [review.otherPersonId])];
  const links = await store.links.listByPeople(review.portalId, people);
  return links.filter(({ state }) => state === 'linked');
}

/**
 * An answered review is answered again as before, as by a client that heard no answer: the outcome it had, or the operations that
 * carry it out. Null: this is another answer.
 */
export async function findOutcome(
  context: ApiContext,
  review: ReviewDoc,
  answer: Given,
): Promise<Answer | null> {
  const { store } = context;
  const links = await listLinked(context, review);
  const { crmContactId = null } = answer;
  if (crmContactId !== null) {
    const changes = await Promise.all(links.map((link) => findChangeTo(store, link, crmContactId)));
    const underWay = changes.filter((change) => change !== null);
    if (underWay.length > 0) return carryOut(context, underWay);
  }
  const isSo = (link: LinkDoc) =>
    link.change === null &&
    link.doubt === null &&
    (isMadeBy(link, answer) || link.crmContactId === crmContactId);
  const [link] = links;
  return link && links.every(isSo) ? toLinkAnswer(store, { link, isNew: false }, null) : null;
}
