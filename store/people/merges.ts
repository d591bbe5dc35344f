import type { PersonDoc, PersonModel } from './person-schema';

const maxHops = 10;

/** The person whom this one was merged into, through every merge that followed. */
export async function followMerges(model: PersonModel, person: PersonDoc): Promise<PersonDoc> {
  let current = person;
  for (let hops = 0; current.mergedInto && hops < maxHops; hops += 1) {
    const next = await model.findById(current.mergedInto).lean<PersonDoc>().exec();
    if (!next) return current;
    current = next;
  }
  return current;
}

/** The steps of a merge that are written on people; see person-merge.ts. */
export function createPeopleMerges(model: PersonModel) {
  return {
    /** The permanent mark, first of all. False when this person was merged before. */
    async markMerged(loserId: string, survivorId: string): Promise<boolean> {
      const done = await model.updateOne(
        { _id: loserId, mergedInto: null },
        { $set: { mergedInto: survivorId, moving: true } },
      );
      return done.modifiedCount === 1;
    },

    /** Shows the loser's aliases and names on the survivor too. Safe to repeat. */
    async absorb(survivorId: string, loser: PersonDoc): Promise<void> {
      for (const alias of [...loser.aliases, ...loser.absorbed].filter(({ kind }) => kind !== 'none')) {
        await model.updateOne(
          { _id: survivorId, 'absorbed.key': { $ne: alias.key }, 'aliases.key': { $ne: alias.key } },
          { $push: { absorbed: alias } },
        );
      }
      for (const former of loser.former ?? []) {
        const { key, endedAt } = former;
        await model.updateOne(
          { _id: survivorId, former: { $not: { $elemMatch: { key, endedAt } } } },
          { $push: { former } },
        );
      }
      for (const username of loser.usernames ?? []) {
        await model.updateOne(
          { _id: survivorId, 'usernames.key': { $ne: username.key } },
          { $push: { usernames: username } },
        );
      }
      for (const name of loser.names) {
        await model.updateOne(
          { _id: survivorId, 'names.name': { $ne: name.name } },
          { $push: { names: { $each: [name], $position: 0 } } },
        );
      }
      await model.updateOne({ _id: survivorId, name: null }, { $set: { name: loser.name } });
      if (loser.lastMessageAt) {
        await model.updateOne({ _id: survivorId }, { $max: { lastMessageAt: loser.lastMessageAt } });
      }
    },

    /** Something of a merged person turned up late: the sweep moves it too. */
    async reopenMerge(loserId: string): Promise<void> {
      await model.updateOne({ _id: loserId, mergedInto: { $ne: null } }, { $set: { moving: true } });
    },

    /** Nothing is left to be gone on with. */
    async finishMerge(loserId: string): Promise<void> {
      await model.updateOne({ _id: loserId }, { $set: { moving: false } });
    },

    /** People of whom something was begun: mostly merged ones of whom not everything is with the survivor yet. */
    listMoving: (portalId: string, limit: number): Promise<PersonDoc[]> =>
      model.find({ portalId, moving: true }).limit(limit).lean<PersonDoc[]>().exec(),
  };
}
