import { lookUpNumbers, toCountry } from '../../linking/look-up';
import type { Candidate, Verdict } from '../../domain/contact-match';
import { phoneOf } from '../../domain/identity';
import type { Decision } from '../../domain/link';
import { decideNewcomer, toStaleReview, unknownNumber } from '../../domain/newcomer';
import type { LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import type { ReviewKind } from '../../store/reviews/reviews';
import { addHeldMessages } from '../../intake/routing';
import type { Store } from '../../store/store';
import type { ActivityDeps } from '../deps';
import { listStale } from '../../linking/stale-cards';

/** What the look-up came to. `create`: nobody has the number and a new contact was asked for. */
export type Lookup =
  | { kind: 'found' }
  | { kind: 'create' }
  | { kind: 'review'; outcome: 'ambiguous' | 'unmatched'; reviewId: string }
  | { kind: 'not-pending' };

/** Who was asked for and not found is linked when a contact gets the number; without one, when it becomes known. */
async function lookUpLater({ people }: Store, personId: string): Promise<void> {
  const person = await people.load(personId);
  if (!person) return;
  if (phoneOf(person.aliases) === null) await people.restLookup(person, new Date());
  else await people.rememberMiss(person, new Date());
}

async function toReview(
  { store }: ActivityDeps,
  link: LinkDoc,
  kind: Exclude<ReviewKind, 'conflict'>,
  reason: string,
  candidates: Candidate[],
): Promise<Lookup> {
  const { portalId, personId, _id: linkId } = link;
  const review = await store.reviews.open({ portalId, personId, linkId, kind, reason, candidates });
  await store.links.restOnReview(linkId, review._id, kind);
  await lookUpLater(store, personId);
  return { kind: 'review', outcome: kind, reviewId: review._id };
}

/** A choice that came to nothing leaves the candidates of an open review as they were. */
async function keepReview(deps: ActivityDeps, link: LinkDoc, reason: string): Promise<Lookup> {
  const { portalId, personId } = link;
  const [known] = await deps.store.reviews.listOfPeople(portalId, [personId], 'contact');
  const isOpen = known !== undefined && known.state !== 'answered';
  const kind = isOpen && known.kind === 'ambiguous' ? 'ambiguous' : 'unmatched';
  return toReview(deps, link, kind, reason, isOpen ? known.candidates : []);
}

/** The contact a person chose: checked for being there, not for its numbers. */
async function takeChosen(deps: ActivityDeps, link: LinkDoc, crmContactId: number): Promise<Lookup> {
  const portal = await deps.portalOf(link.portalId);
  const [card] = await portal.contacts.fetchCards([crmContactId]);
  if (!card) return keepReview(deps, link, 'The chosen contact does not exist in Bitrix24.');
  const rule = 'chosen by a person';
  const decision: Decision = { rule, matchedValue: null, confidence: null, by: 'person', at: new Date() };
  await deps.store.links.decide(link._id, crmContactId, decision);
  return { kind: 'found' };
}

/** Whose number it is, by what Bitrix24 says now. */
export async function fetchVerdict(deps: ActivityDeps, portalId: string, e164: string): Promise<Verdict> {
  const portalDoc = await deps.store.portals.load(portalId);
  const { contacts } = await deps.portalOf(portalId);
  const country = toCountry(portalDoc?.defaultCountry ?? null);
  const directory = deps.store.oddNumbers.beside(portalId, contacts);
  const [looked] = await lookUpNumbers(directory, [e164], country, 'live');
  if (looked && 'verdict' in looked) return looked.verdict;
  throw looked?.error;
}

/** A card may still have the number of somebody who changed it: then it is a person's to decide. */
async function toStep({ store }: ActivityDeps, link: LinkDoc, verdict: Verdict, e164: string) {
  const step = decideNewcomer(verdict, link.request.createIfMissing);
  if (step.kind !== 'link') return step;
  const stale = await listStale(store, link.portalId, [{ e164, candidate: step.candidate }]);
  return stale.size === 0 ? step : toStaleReview(step.candidate);
}

async function takeVerdict(
  deps: ActivityDeps,
  link: LinkDoc,
  verdict: Verdict,
  e164: string,
): Promise<Lookup> {
  const step = await toStep(deps, link, verdict, e164);
  switch (step.kind) {
    case 'link': {
      const { rule, matchedValue, confidence, crmContactId } = step.candidate;
      const decision: Decision = { rule, matchedValue, confidence, by: 'phone', at: new Date() };
      await deps.store.links.decide(link._id, crmContactId, decision);
      return { kind: 'found' };
    }
    case 'create':
      return { kind: 'create' };
    case 'review':
      if (link.request.createIfMissing && link.request.despiteCandidates) return { kind: 'create' };
      return toReview(deps, link, step.review, step.reason, step.candidates);
  }
}

/**
 * Finds the contact of a pending link and writes the decision on the link; a doubtful outcome becomes a review and the
 * link rests. Run twice it decides again from what the CRM says then; a link that is not pending is left alone.
 */
export async function lookUpContact(deps: ActivityDeps, linkId: string): Promise<Lookup> {
  const link = await deps.store.links.load(linkId);
  if (!link || link.state !== 'pending') return { kind: 'not-pending' };
  if (link.crmContactId !== null && link.decision !== null) return { kind: 'found' };
  if (link.request.crmContactId !== null) return takeChosen(deps, link, link.request.crmContactId);
  const person = await deps.store.people.load(link.personId);
  const e164 = person && phoneOf(person.aliases);
  if (!e164) return toReview(deps, link, 'unmatched', unknownNumber, []);
  return takeVerdict(deps, link, await fetchVerdict(deps, link.portalId, e164), e164);
}

/** The name a new contact gets: what was asked for, what WhatsApp calls the person, or the number. */
export const nameOfNew = (link: LinkDoc, person: PersonDoc, e164: string): string =>
  link.request.name ?? person.name ?? e164;

/**
 * pending -> linked, then the held messages become outbox rows. The link is written before the messages are scanned,
 * and ingest writes a message before it reads the link: one of the two always sees the other. Safe to repeat.
 */
export async function recordLink({ store }: ActivityDeps, linkId: string): Promise<{ linked: boolean }> {
  const pending = await store.links.load(linkId);
  if (!pending || pending.crmContactId === null) return { linked: false };
  if (pending.state === 'pending') await store.links.markLinked(linkId, pending.crmContactId);
  const link = await store.links.load(linkId);
  if (!link || link.state !== 'linked') return { linked: false };
  await store.reviews.close(link.portalId, link.personId);
  await addHeldMessages(store, link);
  return { linked: true };
}
