import { Context, log } from '@temporalio/activity';
import { listNames } from '../../intake/policies/come-again';
import type { Store } from '../../store/store';
import { forgettingPhases, type ForgettingDoc, type ForgettingPhase } from '../../store/privacy/forgettings';
import type { RoundDeps } from '../rounds/round';
import { countAll } from './count-all';
import { endLinks } from './end-links';
import { dropReports } from './drop-reports';
import { eraseChats, eraseRest } from './erase-chats';
import { clearPages } from './clear-pages';
import { clearGroups } from './clear-groups';
import type { PhaseResult, Run } from './run';

/** How far a forgetting is: its phases, done and all. */
export interface Forgetting {
  next: 'more' | 'waits' | 'ended';
  phase: ForgettingPhase;
  done: number;
  total: number;
}

/** A step ends after so long, so that a worker can stop. */
const stepMs = 20_000;

/** The person and all whom they were merged with, as they are now; those that are gone by now stay in the list. */
async function gatherPeople(store: Store, doc: ForgettingDoc) {
  const ids = new Set(doc.personIds);
  for (const personId of doc.personIds) {
    const survivor = await store.people.load(personId);
    if (survivor) ids.add(survivor._id);
  }
  for (let latest = [...ids]; latest.length > 0;) {
    const merged = await store.people.listMergedInto(doc.portalId, latest);
    latest = merged.map(({ _id }) => _id).filter((_id) => !ids.has(_id));
    for (const _id of latest) ids.add(_id);
  }
  const personIds = [...ids];
  if (personIds.length > doc.personIds.length) await store.forgettings.addPeople(doc, personIds);
  const people = await store.people.loadMany(personIds);
  const aliases = people.flatMap(({ aliases, absorbed, former = [] }) => [
    ...aliases,
    ...absorbed,
    ...former,
  ]);
  return { personIds, names: listNames(aliases) };
}

/** First of all: from here on nothing more of them is taken in. A former number may be another person's by now. */
async function putAway({ deps: { store }, doc, portalId, personIds }: Run): Promise<PhaseResult> {
  const people = await store.people.loadMany(personIds);
  const own = listNames(people.flatMap(({ aliases, absorbed }) => [...aliases, ...absorbed]));
  await store.keptAway.add(portalId, own, doc._id);
  await dropReports(store, portalId);
  return 'done';
}

const phases: Record<(typeof forgettingPhases)[number], (run: Run) => Promise<PhaseResult>> = {
  away: putAway,
  counting: countAll,
  links: endLinks,
  pages: clearPages,
  groups: clearGroups,
  chats: eraseChats,
  names: eraseRest,
};

const placeOf = (phase: ForgettingPhase): number =>
  phase === 'done' ? forgettingPhases.length : forgettingPhases.indexOf(phase);

const toForgetting = (phase: ForgettingPhase, next: Forgetting['next']): Forgetting => ({
  ...{ next, phase, done: placeOf(phase), total: forgettingPhases.length },
});

/** The end: the proof first, then the operation, which says so to whoever asked. A crash in between is met as `done` again. */
async function finish({ store }: RoundDeps, { _id }: ForgettingDoc): Promise<Forgetting> {
  await store.operations.progress(_id, forgettingPhases.length, forgettingPhases.length);
  await store.operations.finish(_id, 'done', null);
  return toForgetting('done', 'ended');
}

async function advance(run: Run, phase: (typeof forgettingPhases)[number]): Promise<PhaseResult> {
  const { deps, doc } = run;
  const result = await phases[phase](run);
  if (result !== 'done') return result;
  const next = forgettingPhases[placeOf(phase) + 1] ?? 'done';
  const now = new Date();
  const facts = phase === 'away' ? { awayAt: now } : next === 'done' ? { finishedAt: now } : {};
  await deps.store.forgettings.enter(doc, next, facts);
  await deps.store.operations.progress(doc._id, placeOf(next), forgettingPhases.length);
  if (next === 'done') log.info('A person was forgotten', { operationId: doc._id });
  return 'more';
}

/**
 * One step of forgetting a person: phase after phase for a bounded time, each of which may be done twice. Where each begins and ends is
 * described in docs/decisions/0037.
 */
export async function forgetPerson(deps: RoundDeps, operationId: string): Promise<Forgetting | null> {
  const { store } = deps;
  const { cancellationSignal: signal } = Context.current();
  const untilMs = performance.now() + stepMs;
  const isOver = () => signal.aborted || performance.now() > untilMs;
  for (;;) {
    const doc = await store.forgettings.load(operationId);
    if (!doc) return null;
    if (doc.phase === 'done') return finish(deps, doc);
    const run: Run = { deps, doc, portalId: doc.portalId, ...(await gatherPeople(store, doc)), isOver };
    const result = await advance(run, doc.phase);
    if (result === 'waits') return toForgetting(doc.phase, 'waits');
    if (isOver()) return toForgetting(doc.phase, 'more');
  }
}
