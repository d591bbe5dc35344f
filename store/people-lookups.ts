import { pauseAfterMisses } from '../domain/lookup-pauses';
import { followMerges } from './people-merges';
import type { PersonDoc, PersonLookup, PersonModel } from './person-schema';

/** When a person's contact is looked for: written by ingest, by the look-ups, and when the CRM changes. */
export function createPeopleLookups(model: PersonModel) {
  /** Unless the look-up was called for again since the person was read: then that stands. */
  async function move({ _id, lookup }: PersonDoc, next: PersonLookup): Promise<void> {
    const read = lookup === null ? { lookup: null } : { 'lookup.nextAt': lookup.nextAt };
    await model.updateOne({ _id, ...read }, { $set: { lookup: next } });
  }

  return {
    /** A message came that no link takes: a person never looked for is looked for now. */
    async noteUntaken(personId: string, sentAt: Date): Promise<void> {
      const person = await model
        .findOneAndUpdate(
          { _id: personId },
          { $max: { lastMessageAt: sentAt } },
          { projection: { lookup: 1 } },
        )
        .lean<Pick<PersonDoc, '_id' | 'lookup'>>()
        .exec();
      if (!person || person.lookup) return;
      const lookup = { at: null, nextAt: new Date(), misses: 0 };
      await model.updateOne({ _id: personId, lookup: null, mergedInto: null }, { $set: { lookup } });
    },

    /** The people whose look-up is due, the longest waiting first. */
    listDue: (portalId: string, now: Date, limit: number): Promise<PersonDoc[]> =>
      model
        .find({ portalId, mergedInto: null, 'lookup.nextAt': { $lte: now } })
        .sort({ 'lookup.nextAt': 1, _id: 1 })
        .limit(limit)
        .lean<PersonDoc[]>()
        .exec(),

    /** The people who have written and are not merged, in the order they came; linked ones are among them. */
    listWaiting: (portalId: string, after: string | null, limit: number): Promise<PersonDoc[]> =>
      model
        .find({
          ...{ portalId, mergedInto: null, lookup: { $ne: null } },
          ...(after === null ? {} : { _id: { $gt: after } }),
        })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<PersonDoc[]>()
        .exec(),

    /** These people are looked for with the next look-up. */
    async lookUpSoon(personIds: readonly string[], at: Date): Promise<void> {
      if (personIds.length === 0) return;
      const set = { lookup: { at: null, nextAt: at, misses: 0 } };
      await model.updateMany({ _id: { $in: personIds }, mergedInto: null, lookup: null }, { $set: set });
      await model.updateMany(
        { _id: { $in: personIds }, mergedInto: null },
        { $set: { 'lookup.nextAt': at } },
      );
    },

    /** Nobody, or several, had the number: asked again after a pause that grows. */
    async rememberMiss(person: PersonDoc, at: Date): Promise<void> {
      const misses = (person.lookup?.misses ?? 0) + 1;
      await move(person, { at, nextAt: new Date(at.getTime() + pauseAfterMisses(misses)), misses });
    },

    /** Nothing to look for by the clock: linked, ignored, or without a number. */
    restLookup: (person: PersonDoc, at: Date): Promise<void> =>
      move(person, { at, nextAt: null, misses: person.lookup?.misses ?? 0 }),

    /** The people who have one of these aliases, each once; who was merged stands as the survivor. */
    async listByAliases(portalId: string, keys: readonly string[]): Promise<PersonDoc[]> {
      const found = await model
        .find({ portalId, 'aliases.key': { $in: keys } })
        .lean<PersonDoc[]>()
        .exec();
      const current = await Promise.all(found.map((person) => followMerges(model, person)));
      return [...new Map(current.map((person) => [person._id, person])).values()];
    },
  };
}
