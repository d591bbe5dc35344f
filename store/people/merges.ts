import type { QueryFilter } from 'mongoose';
import type { Excluded } from '../../domain/privacy/excluded';
import { changeAndLoad, changeOne, listAll, listFromOldest, loadOne, type Page } from '../queries';
import type { PersonDoc, PersonModel } from './person-schema';

const maxHops = 10;

/** The person whom this one was merged into, through every merge that followed. */
export async function followMerges(model: PersonModel, person: PersonDoc): Promise<PersonDoc> {
  let current = person;
  for (let hops = 0; current.mergedInto && hops < maxHops; hops += 1) {
    const next = await loadOne(model, current.mergedInto);
    if (!next) return current;
    current = next;
  }
  return current;
}

/** Shows the loser's aliases, former numbers, usernames and names on the survivor too; each once. */
async function addSigns(model: PersonModel, _id: string, loser: PersonDoc): Promise<void> {
  const push = (isNew: QueryFilter<PersonDoc>, $push: Record<string, object>) =>
    model.updateOne({ _id, ...isNew }, { $push });
  for (const alias of [...loser.aliases, ...loser.absorbed].filter(({ kind }) => kind !== 'none')) {
    const isOther = { $ne: alias.key };
    await push({ 'absorbed.key': isOther, 'aliases.key': isOther }, { absorbed: alias });
  }
  for (const former of loser.former ?? []) {
    const { key, endedAt } = former;
    await push({ former: { $not: { $elemMatch: { key, endedAt } } } }, { former });
  }
  for (const username of loser.usernames ?? []) {
    await push({ 'usernames.key': { $ne: username.key } }, { usernames: username });
  }
  for (const name of loser.names) {
    await push({ 'names.name': { $ne: name.name } }, { names: { $each: [name], $position: 0 } });
  }
}

/** The steps of a merge that are written on people; see person-merge.ts. */
export const createPeopleMerges = (model: PersonModel) => ({
  /** The permanent mark, first of all. False when this person was merged before. */
  markMerged: (loserId: string, survivorId: string): Promise<boolean> =>
    changeOne(model, { _id: loserId, mergedInto: null }, { $set: { mergedInto: survivorId, moving: true } }),

  /** Shows everything the loser is called on the survivor too. Safe to repeat. */
  async absorb(survivorId: string, loser: PersonDoc): Promise<void> {
    await addSigns(model, survivorId, loser);
    await model.updateOne({ _id: survivorId, name: null }, { $set: { name: loser.name } });
    if (loser.excluded)
      await model.updateOne({ _id: survivorId, excluded: null }, { $set: { excluded: loser.excluded } });
    if (loser.lastMessageAt) {
      await model.updateOne({ _id: survivorId }, { $max: { lastMessageAt: loser.lastMessageAt } });
    }
  },

  /** Nothing more is taken in of a person, or (null) it is again. */
  setExcluded: (personId: string, excluded: Excluded | null): Promise<PersonDoc | null> =>
    changeAndLoad(model, { _id: personId }, { $set: { excluded } }),

  /** A merged person's chat or message turned up late: the sweep moves it too. */
  async reopenMerge(loserId: string): Promise<void> {
    await model.updateOne({ _id: loserId, mergedInto: { $ne: null } }, { $set: { moving: true } });
  },

  /** Nothing is left to be moved. */
  async finishMerge(loserId: string): Promise<void> {
    await model.updateOne({ _id: loserId }, { $set: { moving: false } });
  },

  /** Those who were merged into one of these people, not counting who was merged into them in turn. */
  listMergedInto: (portalId: string, personIds: readonly string[]): Promise<PersonDoc[]> =>
    listAll(model, { portalId, mergedInto: { $in: [...personIds] } }),

  /** People with something begun: mostly merged ones of whom not everything is with the survivor yet. */
  listMoving: (portalId: string, page: Page): Promise<PersonDoc[]> =>
    listFromOldest(model, { portalId, moving: true }, page),
});
