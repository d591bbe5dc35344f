import { phoneOf } from '../../domain/identity';
import { decide, type Doubtful, type Step } from '../../linking/decide';
import { whyNotThere } from '../../linking/chosen-contact';
import { byPerson, byPhone } from '../../linking/decisions';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';

/** The outcome of a look-up. `create`: nobody has the number and a new contact was asked for. */
export type Lookup =
  | { kind: 'found' }
  | { kind: 'create' }
  | { kind: 'review'; outcome: 'ambiguous' | 'unmatched'; reviewId: string }
  | { kind: 'not-pending' };

/**
 * Finds the contact of a pending link and writes the decision on the link; a doubtful outcome becomes a review and the
 * link rests. Run twice it decides again from what the CRM says then; a link that is not pending is left alone.
 */
export async function lookUpContact(deps: ActivityDeps, linkId: string): Promise<Lookup> {
  const { links, people } = deps.store;
  const link = await links.load(linkId);
  if (!link || link.state !== 'pending') return { kind: 'not-pending' };
  if (link.crmContactId !== null && link.decision !== null) return { kind: 'found' };
  if (link.request.crmContactId !== null) return takeChosen(deps, link, link.request.crmContactId);
  const person = await people.load(link.personId);
  const step = await decideNow(deps, link, person && phoneOf(person.aliases));
  switch (step.kind) {
    case 'link':
      await links.decide(linkId, step.candidate.crmContactId, byPhone(step.candidate));
      return { kind: 'found' };
    case 'create':
      return { kind: 'create' };
    case 'review':
      return toReview(deps, link, step.review);
  }
}

/** The next step of a pending link, by what Bitrix24 says now and its request allows. */
export async function decideNow(deps: ActivityDeps, link: LinkDoc, e164: string | null): Promise<Step> {
  const { portalId, personId, request } = link;
  const { store } = deps;
  const { contacts: crm } = await deps.portalOf(portalId);
  const defaultCountry = (await store.portals.load(portalId))?.defaultCountry ?? null;
  const where = { store, portal: { _id: portalId, defaultCountry }, crm };
  const { createIfMissing, despiteCandidates = false } = request;
  const policy = { createFor: () => createIfMissing, despiteCandidates };
  const [decided] = await decide(where, [{ personId, e164 }], policy, 'live');
  if (decided && 'step' in decided) return decided.step;
  throw decided?.error;
}

/** The contact a person chose: checked for being there, not for its numbers. */
async function takeChosen(deps: ActivityDeps, link: LinkDoc, crmContactId: number): Promise<Lookup> {
  const { contacts } = await deps.portalOf(link.portalId);
  const why = await whyNotThere(contacts, crmContactId);
  if (why !== null) return keepReview(deps, link, why);
  await deps.store.links.decide(link._id, crmContactId, byPerson(link.request.who));
  return { kind: 'found' };
}

/** A choice that came to nothing leaves the candidates of an open review as they were. */
async function keepReview(deps: ActivityDeps, link: LinkDoc, reason: string): Promise<Lookup> {
  const { portalId, personId } = link;
  const [known] = await deps.store.reviews.listOfPeople(portalId, [personId], 'contact');
  const isOpen = known !== undefined && known.state !== 'answered';
  const kind = isOpen && known.kind === 'ambiguous' ? 'ambiguous' : 'unmatched';
  return toReview(deps, link, { kind, reason, candidates: isOpen ? known.candidates : [] });
}

async function toReview(deps: ActivityDeps, link: LinkDoc, doubtful: Doubtful): Promise<Lookup> {
  const { portalId, personId, _id: linkId } = link;
  const { reviews, links } = deps.store;
  const { kind } = doubtful;
  const review = await reviews.open({ portalId, personId, linkId, ...doubtful });
  await links.restOnReview(linkId, review._id, kind);
  await lookUpLater(deps, personId);
  return { kind: 'review', outcome: kind, reviewId: review._id };
}

/** The person is linked when a contact gets the number; without a number, when it becomes known. */
async function lookUpLater({ store: { people } }: ActivityDeps, personId: string): Promise<void> {
  const person = await people.load(personId);
  if (!person) return;
  if (phoneOf(person.aliases) === null) await people.restLookups([person], new Date());
  else await people.rememberMisses([person], new Date());
}
