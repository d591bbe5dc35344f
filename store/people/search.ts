import type { QueryFilter } from 'mongoose';
import type { Alias } from '../../domain/identity';
import { listAll, listFromNewest, type Page } from '../queries';
import { followMerges } from './merges';
import type { PersonDoc, PersonModel } from './person-schema';

/** A search for links goes through at most so many people; more is a search to be narrowed. */
const maxPeople = 1_000;

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The one search for people: a number is looked for in all aliases, also absorbed ones, any other text in all names. */
function toTextFilter(text: string): QueryFilter<PersonDoc> {
  const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '');
  const isNumber = digits.length >= 3 && /^[\d\s()+./-]+$/.test(text);
  if (isNumber) {
    const key = { $regex: `:\\+?\\d*${digits}` };
    return { $or: [{ 'aliases.key': key }, { 'absorbed.key': key }] };
  }
  // The name that is shown is one of these. Parts of names are found by reading the index through, not the people.
  return { 'names.name': { $regex: escapeRegExp(text), $options: 'i' } };
}

export const createPeopleSearch = (model: PersonModel) => ({
  /** A page of the people who are not merged into others, newest first; `text` is part of a name or number. */
  list: (
    { portalId, text }: { portalId?: string | undefined; text?: string | undefined },
    page: Page,
  ): Promise<PersonDoc[]> =>
    listFromNewest(
      model,
      { mergedInto: null, portalId, ...(text === undefined ? {} : toTextFilter(text)) },
      page,
    ),

  /** The ids of the people found, with merged ones: a link may still be theirs. */
  async searchIds(text: string, portalId: string | undefined): Promise<string[]> {
    const found = await model
      .find({ ...(portalId ? { portalId } : {}), ...toTextFilter(text) }, { _id: 1 })
      .limit(maxPeople)
      .lean<{ _id: string }[]>()
      .exec();
    return found.map(({ _id }) => _id);
  },

  /** The ids of the people who have one of these names, with whom they were merged into: the link may still be either's. */
  async listIdsByAliases(portalId: string, aliases: readonly Alias[]): Promise<string[]> {
    const keys = aliases.map(({ key }) => key);
    const found = await listAll(model, { portalId, 'aliases.key': { $in: keys } });
    const current = await Promise.all(found.map((person) => followMerges(model, person)));
    return [...new Set([...found, ...current].map(({ _id }) => _id))];
  },
});
