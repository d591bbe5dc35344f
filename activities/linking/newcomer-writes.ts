import type { Candidate } from '../../domain/contact-match';
import { unknownNumber, type NewcomerStep } from '../../domain/newcomer';
import type { LinkDoc, LinkRequest } from '../../store/links/link-schema';
import { isEnded, type Newcomer } from '../../linking/newcomers';
import type { PersonDoc } from '../../store/people/people';
import { openReviews, type ReviewToOpen } from '../../store/reviews/open-reviews';
import type { ActivityDeps } from '../deps';
import { forEachOf } from '../for-each-of';
import { wakeLink } from '../wake-link';

const writesAtOnce = 8;

/** What is to be done about one newcomer. */
export interface Decided {
  newcomer: Newcomer;
  step: NewcomerStep;
}

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

const toReview = ({ person, link, review }: Newcomer, step: Review): ReviewToOpen => ({
  known: review,
  fresh: {
    ...{ portalId: person.portalId, personId: person._id, linkId: link?._id ?? null },
    ...{ kind: step.review, reason: step.reason, candidates: step.candidates },
  },
});

/** Where a person ended the link, only another contact than the one they parted is news. */
const isWanted = (link: LinkDoc | null, step: NewcomerStep): boolean =>
  !isEnded(link) || (step.kind === 'link' && step.candidate.crmContactId !== link.crmContactId);

/** Without a number there is nothing to ask by the clock; a number that becomes known calls for the look-up. */
export async function takeNumberless({ store }: ActivityDeps, newcomers: readonly Newcomer[]): Promise<void> {
  const step = { kind: 'review', review: 'unmatched', reason: unknownNumber, candidates: [] } as const;
  await openReviews(
    store,
    newcomers.map((newcomer) => toReview(newcomer, { ...step, candidates: [] })),
  );
  await store.people.restLookups(toPeople(newcomers), new Date());
}

/** The people among newcomers. */
export const toPeople = (newcomers: readonly Newcomer[]): PersonDoc[] =>
  newcomers.map(({ person }) => person);

/** Links, new contacts and what nobody wants any more; after a crash the same is done again, which changes nothing. */
async function settle(deps: ActivityDeps, decided: readonly Decided[]): Promise<void> {
  await forEachOf(decided, writesAtOnce, async ({ newcomer, step }) => {
    if (!isWanted(newcomer.link, step)) return;
    if (step.kind === 'link') await linkTo(deps, newcomer, step.candidate);
    if (step.kind === 'create') await create(deps, newcomer);
  });
  const people = toPeople(decided.map(({ newcomer }) => newcomer));
  await deps.store.people.restLookups(people, new Date());
}

/** Carries out what was decided about a group, then writes down when to look for each of them again. */
export async function carryOut(deps: ActivityDeps, decided: readonly Decided[]): Promise<void> {
  const { store } = deps;
  const reviews = decided.flatMap(({ newcomer, step }) =>
    step.kind === 'review' && isWanted(newcomer.link, step) ? [{ newcomer, step }] : [],
  );
  const reviewed = new Set(reviews.map(({ newcomer }) => newcomer));
  await settle(
    deps,
    decided.filter(({ newcomer }) => !reviewed.has(newcomer)),
  );
  await openReviews(
    store,
    reviews.map(({ newcomer, step }) => toReview(newcomer, step)),
  );
  await store.people.rememberMisses(toPeople([...reviewed]), new Date());
}
