import { log } from '@temporalio/activity';
import { lookUpNumbers, toCountry, type LookedUp } from '../domain/contact-lookup';
import type { Candidate } from '../domain/contact-match';
import { phoneOf } from '../domain/identity';
import { decideNewcomer, unknownNumber, type NewcomerStep } from '../domain/newcomer';
import type { LinkDoc, LinkRequest } from '../store/link-schema';
import { isEnded, isToBeCreated, listNewcomers, type Newcomer } from '../store/newcomers';
import type { PersonDoc } from '../store/people';
import type { PortalDoc } from '../store/portals';
import type { ActivityDeps } from './deps';
import { toTrouble } from './failures';
import { forEachOf, wakeLink } from './wake-link';

/** What became of the people whose look-up was due: counts only. `more`: others are due now. */
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

/** A pending link for the person, new or renewed; null when somebody else was faster: then theirs stands. */
async function claimLink(
  { store }: ActivityDeps,
  { person, link }: Newcomer,
  createIfMissing: boolean,
): Promise<LinkDoc | null> {
  const request: LinkRequest = { crmContactId: null, createIfMissing, name: person.name, at: new Date() };
  return link === null
    ? store.links.insertPending(person.portalId, person._id, request)
    : store.links.renewPending(link._id, request);
}

/** The decision goes onto the link before its workflow starts; a crash before the start is found by the sweep. */
async function linkTo(deps: ActivityDeps, newcomer: Newcomer, candidate: Candidate): Promise<void> {
  const pending = await claimLink(deps, newcomer, false);
  if (!pending) return;
  const { rule, matchedValue, confidence, crmContactId } = candidate;
  const decision = { rule, matchedValue, confidence, by: 'phone', at: new Date() } as const;
  await deps.store.links.decide(pending._id, crmContactId, decision);
  await wakeLink(pending);
}

async function create(deps: ActivityDeps, newcomer: Newcomer): Promise<void> {
  const pending = await claimLink(deps, newcomer, true);
  if (pending) await wakeLink(pending);
}

type Review = Extract<NewcomerStep, { kind: 'review' }>;

async function review({ store }: ActivityDeps, { person, link }: Newcomer, step: Review): Promise<void> {
  const { portalId, _id: personId } = person;
  const { review: kind, reason, candidates } = step;
  const linkId = link?._id ?? null;
  await store.reviews.open({ portalId, personId, linkId, kind, reason, candidates });
}

/** Where a person ended the link, only another contact than the one they parted is news. */
const isWanted = (link: LinkDoc | null, step: NewcomerStep): boolean =>
  !isEnded(link) || (step.kind === 'link' && step.candidate.crmContactId !== link.crmContactId);

/** Carries one step out, then writes down when to look again: a crash in between repeats the step, which changes nothing. */
async function carryOut(deps: ActivityDeps, newcomer: Newcomer, step: NewcomerStep): Promise<void> {
  const { people } = deps.store;
  if (!isWanted(newcomer.link, step)) return people.restLookup(newcomer.person, new Date());
  switch (step.kind) {
    case 'link':
      await linkTo(deps, newcomer, step.candidate);
      return people.restLookup(newcomer.person, new Date());
    case 'create':
      await create(deps, newcomer);
      return people.restLookup(newcomer.person, new Date());
    case 'review':
      await review(deps, newcomer, step);
      return people.rememberMiss(newcomer.person, new Date());
  }
}

/** Without a number there is nothing to ask by the clock; a number that becomes known calls for the look-up. */
async function takeNumberless(deps: ActivityDeps, newcomer: Newcomer): Promise<void> {
  const step = { review: 'unmatched', reason: unknownNumber, candidates: [] } as const;
  await review(deps, newcomer, { kind: 'review', ...step, candidates: [] });
  await deps.store.people.restLookup(newcomer.person, new Date());
}

interface Asked {
  newcomer: Newcomer;
  looked: LookedUp;
}

async function ask(deps: ActivityDeps, portal: PortalDoc, newcomers: readonly Newcomer[]): Promise<Asked[]> {
  const { contacts } = await deps.portalOf(portal._id);
  const numbers = newcomers.map(({ person }) => phoneOf(person.aliases) ?? '');
  const answers = await lookUpNumbers(contacts, numbers, toCountry(portal.defaultCountry));
  return newcomers.flatMap((newcomer, index) => {
    const looked = answers[index];
    return looked ? [{ newcomer, looked }] : [];
  });
}

interface Taken {
  counts: Record<NewcomerStep['kind'], number>;
  /** The portal could not answer for these now: they stay due. */
  failures: unknown[];
}

/** One answer: carried out, a failure of the portal, or a miss where the portal refused this person's number alone. */
async function takeAnswer(
  deps: ActivityDeps,
  portal: PortalDoc,
  { newcomer, looked }: Asked,
  { counts, failures }: Taken,
): Promise<void> {
  const { store } = deps;
  const { person } = newcomer;
  if ('error' in looked) {
    if (toTrouble(looked.error).portalWide) failures.push(looked.error);
    else await store.people.rememberMiss(person, new Date());
    return;
  }
  const isMissing = looked.verdict.kind === 'unmatched';
  const createIfMissing = isMissing && (await isToBeCreated(store, portal.createMissing, person));
  const step = decideNewcomer(looked.verdict, createIfMissing);
  await carryOut(deps, newcomer, step);
  counts[step.kind] += 1;
}

/** All groups are asked for at once, so that full requests go out; the first failure is thrown when all is written. */
async function takeAll(deps: ActivityDeps, portal: PortalDoc, newcomers: readonly Newcomer[]) {
  const taken: Taken = { counts: { link: 0, create: 0, review: 0 }, failures: [] };
  const groups = Array.from({ length: Math.ceil(newcomers.length / groupSize) }, (_, index) =>
    newcomers.slice(index * groupSize, (index + 1) * groupSize),
  );
  await Promise.all(
    groups.map(async (group) => {
      const asked = await ask(deps, portal, group);
      await forEachOf(asked, writesAtOnce, (answer) => takeAnswer(deps, portal, answer, taken));
    }),
  );
  if (taken.failures.length > 0) throw taken.failures[0];
  return taken.counts;
}

async function restOthers(
  { store }: ActivityDeps,
  due: readonly PersonDoc[],
  newcomers: readonly Newcomer[],
) {
  const taken = new Set(newcomers.map(({ person }) => person._id));
  const others = due.filter(({ _id }) => !taken.has(_id));
  await forEachOf(others, writesAtOnce, (person) => store.people.restLookup(person, new Date()));
}

/**
 * Looks up the people whose turn it is, many in one request, and links those whose number has one owner. Everyone else
 * waits for a pause that grows, for a change of the CRM, or for a person. Safe to repeat: who was taken is not due.
 */
export async function linkNewcomers(deps: ActivityDeps, portalId: string): Promise<NewcomersTaken> {
  const { store } = deps;
  const nothing = { linked: 0, created: 0, reviewed: 0, more: false };
  const portal = await store.portals.load(portalId);
  if (!portal?.autoLink) return nothing;
  const due = await store.people.listDue(portalId, new Date(), peopleAtOnce);
  if (due.length === 0) return nothing;
  const newcomers = await listNewcomers(store, portalId, due);
  await restOthers(deps, due, newcomers);
  const hasNumber = ({ person }: Newcomer) => phoneOf(person.aliases) !== null;
  const numberless = newcomers.filter((newcomer) => !hasNumber(newcomer));
  await forEachOf(numberless, writesAtOnce, (newcomer) => takeNumberless(deps, newcomer));
  const taken = await takeAll(deps, portal, newcomers.filter(hasNumber));
  log.info('Newcomers were looked up', { portalId, people: due.length, linked: taken.link });
  return {
    linked: taken.link,
    created: taken.create,
    reviewed: taken.review + numberless.length,
    more: due.length === peopleAtOnce,
  };
}
