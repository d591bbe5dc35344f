import { log } from '@temporalio/activity';
import { decide, type Step } from '../../linking/decide';
import { byPhone } from '../../linking/decisions';
import { createPolicyOf, isEnded, listNewcomers, type Newcomer } from '../../linking/newcomers';
import type { LinkRequest } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { openReviews, type ReviewToOpen } from '../../store/reviews/open-reviews';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { isolate } from '../isolate';
import { wakeLink } from '../wake-link';

/** The outcome for the people whose look-up was due: counts only. `more`: others are due now. */
export interface NewcomersTaken {
  linked: number;
  created: number;
  reviewed: number;
  more: boolean;
}

/**
 * So many people a portion, in groups that are written down as soon as they are answered: an activity that dies asks again
 * for what was under way, and a card's command stands for a whole group.
 */
const peopleAtOnce = 500;
const groupSize = 50;
const writesAtOnce = 8;

/**
 * Looks up the people whose turn it is, many in one request, and links those whose number has one owner. Everyone else
 * waits for a pause that grows, for a change of the CRM, or for a person. Safe to repeat: who was taken is not due.
 */
export async function linkNewcomers(deps: ActivityDeps, portalId: string): Promise<NewcomersTaken> {
  const { store } = deps;
  const nothing = { linked: 0, created: 0, reviewed: 0, more: false };
  const portal = await store.portals.loadConnected(portalId);
  if (!portal?.autoLink) return nothing;
  const due = await store.people.listDue(portalId, new Date(), peopleAtOnce);
  if (due.length === 0) return nothing;
  const newcomers = await listNewcomers(store, portalId, due);
  const taken = new Set(newcomers.map(({ personId }) => personId));
  const others = due.filter(({ _id }) => !taken.has(_id));
  await store.people.restLookups(others, new Date());
  const kinds = await takeAll(deps, portal, newcomers);
  const count = (wanted: Step['kind']) => kinds.filter((kind) => kind === wanted).length;
  const counts = { linked: count('link'), created: count('create'), reviewed: count('review') };
  log.info('Newcomers were looked up', { portalId, people: due.length, linked: counts.linked });
  return { ...counts, more: due.length === peopleAtOnce };
}

/** All groups are asked for at once, so that full requests go out; the first failure is thrown when all is written. */
async function takeAll(deps: ActivityDeps, portal: PortalDoc, newcomers: readonly Newcomer[]) {
  // People without a number cost no question: they are a group of their own, so that requests are full.
  const asked = newcomers.filter(({ e164 }) => e164 !== null);
  const groups = Array.from({ length: Math.ceil(asked.length / groupSize) }, (_, index) =>
    asked.slice(index * groupSize, (index + 1) * groupSize),
  );
  const numberless = newcomers.filter(({ e164 }) => e164 === null);
  const taken = await Promise.all([numberless, ...groups].map((group) => takeGroup(deps, portal, group)));
  for (const { failures } of taken) if (failures.length > 0) throw failures[0];
  return taken.flatMap(({ kinds }) => kinds);
}

type Decided = Newcomer & { step: Step };

/** Decides and writes. `failures`: the portal could not answer for these now, they stay due. */
async function takeGroup(deps: ActivityDeps, portal: PortalDoc, newcomers: readonly Newcomer[]) {
  const { store } = deps;
  const { contacts: crm } = await deps.portalOf(portal._id);
  const decided: Decided[] = [];
  const refused: PersonDoc[] = [];
  const failures: unknown[] = [];
  for (const one of await decide({ store, portal, crm }, newcomers, createPolicyOf(store, portal))) {
    if ('step' in one) decided.push(one);
    else if (toTrouble(one.error).portalWide) failures.push(one.error);
    // The portal refuses this person's number alone: that is a miss.
    else refused.push(one.person);
  }
  await carryOut(deps, portal._id, decided);
  await store.people.rememberMisses(refused, new Date());
  return { kinds: decided.map(({ step }) => step.kind), failures };
}

/** Links, new contacts and reviews, then when to look for each again. After a crash it is all done again, to no effect. */
async function carryOut(deps: ActivityDeps, portalId: string, decided: readonly Decided[]): Promise<void> {
  const { people } = deps.store;
  const wanted = decided.filter(isWanted);
  const done = await isolate<Decided>(deps, {
    ...{ portalId, kind: 'newcomer', items: wanted, idOf: ({ person }) => person._id, atOnce: writesAtOnce },
    work: (one) => link(deps, one),
  });
  const failed = wanted.filter((one) => !done.includes(one));
  const reviews = done.filter(({ step }) => step.kind === 'review');
  await openReviews(deps.store, reviews.flatMap(toReview));
  // Without a number there is nothing to ask by the clock; a number that becomes known calls for the look-up.
  const missed = [...failed, ...reviews.filter(({ e164 }) => e164 !== null)].map(({ person }) => person);
  const others = decided.map(({ person }) => person).filter((person) => !missed.includes(person));
  await people.restLookups(others, new Date());
  await people.rememberMisses(missed, new Date());
}

/** Where a person ended the link, only another contact than the one they parted is news. */
const isWanted = ({ link, step }: Decided): boolean =>
  !isEnded(link) || (step.kind === 'link' && step.candidate.crmContactId !== link.crmContactId);

/**
 * A pending link, new or renewed, unless another process was faster: then its link stands. The decision goes onto the link
 * before its workflow starts; a crash before the start is found by the sweep.
 */
async function link({ store: { links } }: ActivityDeps, { person, link, step }: Decided): Promise<void> {
  if (step.kind === 'review') return;
  const createIfMissing = step.kind === 'create';
  const request: LinkRequest = { crmContactId: null, createIfMissing, name: person.name, at: new Date() };
  const pending = link
    ? await links.renewPending(link._id, request)
    : await links.insertPending(person.portalId, person._id, request);
  if (!pending) return;
  if (step.kind === 'link') {
    await links.decide(pending._id, step.candidate.crmContactId, byPhone(step.candidate));
  }
  await wakeLink(pending);
}

function toReview({ person, link, review, step }: Decided): ReviewToOpen[] {
  if (step.kind !== 'review') return [];
  const of = { portalId: person.portalId, personId: person._id, linkId: link?._id ?? null };
  return [{ known: review, fresh: { ...of, ...step.review } }];
}
