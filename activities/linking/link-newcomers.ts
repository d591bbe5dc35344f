import { log } from '@temporalio/activity';
import { lookUpNumbers, toCountry, type LookedUp } from '../../linking/look-up';
import { phoneOf } from '../../domain/identity';
import { decideNewcomer, toStaleReview, type NewcomerStep } from '../../domain/newcomer';
import { isToBeCreated, listNewcomers, type Newcomer } from '../../linking/newcomers';
import type { PersonDoc } from '../../store/people/people';
import type { PortalDoc } from '../../store/portals';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { carryOut, takeNumberless, toPeople, type Decided } from './newcomer-writes';
import { listStale } from '../../linking/stale-cards';

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

interface Asked {
  newcomer: Newcomer;
  looked: LookedUp;
}

async function ask(deps: ActivityDeps, portal: PortalDoc, newcomers: readonly Newcomer[]): Promise<Asked[]> {
  const { contacts } = await deps.portalOf(portal._id);
  const directory = deps.store.oddNumbers.beside(portal._id, contacts);
  const numbers = newcomers.map(({ person }) => phoneOf(person.aliases) ?? '');
  const answers = await lookUpNumbers(directory, numbers, toCountry(portal.defaultCountry));
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

/** What is to be done about each answer. The portal may have refused one person's number alone: that is a miss. */
async function decideAll({ store }: ActivityDeps, portal: PortalDoc, asked: readonly Asked[]) {
  const decided: Decided[] = [];
  const refused: Newcomer[] = [];
  const failures: unknown[] = [];
  for (const { newcomer, looked } of asked) {
    if ('error' in looked) {
      if (toTrouble(looked.error).portalWide) failures.push(looked.error);
      else refused.push(newcomer);
      continue;
    }
    const isMissing = looked.verdict.kind === 'unmatched';
    const createIfMissing = isMissing && (await isToBeCreated(store, portal, newcomer.person));
    decided.push({ newcomer, step: decideNewcomer(looked.verdict, createIfMissing) });
  }
  return { decided, refused, failures };
}

/** Who may be taken for somebody else by a card that is out of date is a person's to decide. */
async function sparingStale({ store }: ActivityDeps, portal: PortalDoc, decided: readonly Decided[]) {
  const matches = decided.flatMap(({ newcomer, step }) =>
    step.kind === 'link'
      ? [{ e164: phoneOf(newcomer.person.aliases) ?? '', candidate: step.candidate, newcomer }]
      : [],
  );
  const stale = await listStale(store, portal._id, matches);
  const doubtful = new Map(
    matches.filter((match) => stale.has(match)).map((match) => [match.newcomer, match]),
  );
  return decided.map((one): Decided => {
    const match = doubtful.get(one.newcomer);
    return match ? { ...one, step: toStaleReview(match.candidate) } : one;
  });
}

async function takeGroup(deps: ActivityDeps, portal: PortalDoc, asked: readonly Asked[], taken: Taken) {
  const { refused, failures, ...all } = await decideAll(deps, portal, asked);
  const decided = await sparingStale(deps, portal, all.decided);
  taken.failures.push(...failures);
  await carryOut(deps, decided);
  await deps.store.people.rememberMisses(toPeople(refused), new Date());
  for (const { step } of decided) taken.counts[step.kind] += 1;
}

/** All groups are asked for at once, so that full requests go out; the first failure is thrown when all is written. */
async function takeAll(deps: ActivityDeps, portal: PortalDoc, newcomers: readonly Newcomer[]) {
  const taken: Taken = { counts: { link: 0, create: 0, review: 0 }, failures: [] };
  const groups = Array.from({ length: Math.ceil(newcomers.length / groupSize) }, (_, index) =>
    newcomers.slice(index * groupSize, (index + 1) * groupSize),
  );
  await Promise.all(
    groups.map(async (group) => takeGroup(deps, portal, await ask(deps, portal, group), taken)),
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
  await store.people.restLookups(
    due.filter(({ _id }) => !taken.has(_id)),
    new Date(),
  );
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
  await takeNumberless(deps, numberless);
  const taken = await takeAll(deps, portal, newcomers.filter(hasNumber));
  log.info('Newcomers were looked up', { portalId, people: due.length, linked: taken.link });
  return {
    linked: taken.link,
    created: taken.create,
    reviewed: taken.review + numberless.length,
    more: due.length === peopleAtOnce,
  };
}
