import { pauseAfterMisses } from '../../domain/rhythm/lookup-pauses';
import { changeMany } from '../bulk';
import { listAll, listFromOldest } from '../queries';
import { followMerges } from './merges';
import type { PersonDoc, PersonLookup, PersonModel } from './person-schema';

/** The people by how often they were missed: each group waits alike. */
function groupByMisses(people: readonly PersonDoc[]): Map<number, PersonDoc[]> {
  const groups = new Map<number, PersonDoc[]>();
  for (const person of people) {
    const misses = person.lookup?.misses ?? 0;
    groups.set(misses, [...(groups.get(misses) ?? []), person]);
  }
  return groups;
}

/** A look-up that was made moves the next one. */
function createMoves(model: PersonModel) {
  /**
   * Sets the next look-up, unless one was called for since the people were read: then that stands. One write for all who
   * wait alike; a call sets a time of its own, which is none of those read.
   */
  async function move(people: readonly PersonDoc[], next: PersonLookup): Promise<void> {
    const never = people.filter(({ lookup }) => lookup === null).map(({ _id }) => _id);
    if (never.length > 0) {
      await model.updateMany({ _id: { $in: never }, lookup: null }, { $set: { lookup: next } });
    }
    const called = people.filter(({ lookup }) => lookup !== null);
    if (called.length === 0) return;
    const ids = called.map(({ _id }) => _id);
    const read = [...new Set(called.map(({ lookup }) => lookup?.nextAt?.getTime() ?? null))];
    const times = read.map((ms) => (ms === null ? null : new Date(ms)));
    await model.updateMany(
      { _id: { $in: ids }, 'lookup.nextAt': { $in: times } },
      { $set: { lookup: next } },
    );
  }

  /** No contact, or several, had these people's numbers: asked again after a pause that grows. */
  async function rememberMisses(people: readonly PersonDoc[], at: Date): Promise<void> {
    for (const [before, group] of groupByMisses(people)) {
      const misses = before + 1;
      await move(group, { at, nextAt: new Date(at.getTime() + pauseAfterMisses(misses)), misses });
    }
  }

  /** Nothing to look for by the clock: linked, ignored, or without a number. */
  async function restLookups(people: readonly PersonDoc[], at: Date): Promise<void> {
    for (const [misses, group] of groupByMisses(people)) await move(group, { at, nextAt: null, misses });
  }

  return { rememberMisses, restLookups };
}

/** When a person's contact is looked for: written by ingest, by the look-ups, and when the CRM changes. */
export const createPeopleLookups = (model: PersonModel) => ({
  ...createMoves(model),

  /** Messages came that no link takes, the newest at this time: people never looked for are looked for now. */
  async noteUntaken(newest: ReadonlyMap<string, Date>, known: readonly PersonDoc[]): Promise<void> {
    const lookedFor = new Set(known.filter(({ lookup }) => lookup !== null).map(({ _id }) => _id));
    const newer = [...newest].map(([_id, lastMessageAt]) => ({
      updateOne: { filter: { _id }, update: { $max: { lastMessageAt } } },
    }));
    const waiting = [...newest.keys()].filter((_id) => !lookedFor.has(_id));
    const lookup = { at: null, nextAt: new Date(), misses: 0 };
    const begun = {
      updateMany: {
        filter: { _id: { $in: waiting }, lookup: null, mergedInto: null },
        update: { $set: { lookup } },
      },
    };
    await changeMany(model, [...newer, ...(waiting.length > 0 ? [begun] : [])]);
  },

  /** The people whose look-up is due, the longest waiting first. */
  listDue(portalId: string, now: Date, limit: number): Promise<PersonDoc[]> {
    const due = { portalId, mergedInto: null, 'lookup.nextAt': { $lte: now } };
    return listAll(model, due, { sort: { 'lookup.nextAt': 1, _id: 1 }, limit });
  },

  /** The people who have written and are not merged, in the order they came; linked ones are among them. */
  listWaiting: (portalId: string, after: string | null, limit: number): Promise<PersonDoc[]> =>
    listFromOldest(model, { portalId, mergedInto: null, lookup: { $ne: null } }, { after, limit }),

  /** These people are looked for with the next look-up. */
  async lookUpSoon(personIds: readonly string[], at: Date): Promise<void> {
    if (personIds.length === 0) return;
    const current = { _id: { $in: personIds }, mergedInto: null };
    const lookup = { at: null, nextAt: at, misses: 0 };
    await model.updateMany({ ...current, lookup: null }, { $set: { lookup } });
    await model.updateMany(current, { $set: { 'lookup.nextAt': at } });
  },

  /** The people who have one of these aliases, each once; a merged one stands as the survivor. */
  async listByAliases(portalId: string, keys: readonly string[]): Promise<PersonDoc[]> {
    const found = await listAll(model, { portalId, 'aliases.key': { $in: keys } });
    const current = await Promise.all(found.map((person) => followMerges(model, person)));
    return [...new Map(current.map((person) => [person._id, person])).values()];
  },
});
