import type { Connection } from 'mongoose';
import {
  isStrong,
  mayBeOnePerson,
  phoneOf,
  type Alias,
  type AliasKind,
  type Identity,
} from '../../domain/identity';
import { isDuplicateKey, newId } from '../connection';
import { createPeopleLookups } from './lookups';
import { createPeopleMerges, followMerges } from './merges';
import { createPeopleNumbers } from './numbers';
import { createPeopleSigns } from './usernames';
import { createPersonModel, type PersonDoc } from './person-schema';

export type { PersonDoc } from './person-schema';

const maxAttempts = 3;
const order: AliasKind[] = ['phone', 'bsuid', 'lid', 'username', 'none'];

interface Chosen {
  person: PersonDoc | null;
  /** The aliases that nobody has and that are the person's. */
  fresh: Alias[];
}

/** The names that people are found by. A username counts only where a source knows nothing else of somebody. */
function namesOf({ aliases }: Identity): Alias[] {
  const strong = aliases.filter(isStrong);
  return strong.length > 0 ? strong : aliases;
}

/**
 * Whose message it is when the aliases are several people's: the phone decides, then BSUID, LID. A person with another
 * phone is never meant; then the phone alone is believed.
 */
function choose(owners: ReadonlyMap<string, PersonDoc>, aliases: readonly Alias[]): Chosen {
  const sorted = [...aliases].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const ranked = sorted.flatMap(({ key }) => owners.get(key) ?? []);
  const isPossible = (person: PersonDoc) => mayBeOnePerson(aliases, person.aliases);
  const isDoubtful = !ranked.every(isPossible);
  const fresh = aliases.filter(({ key, kind }) => !owners.has(key) && (!isDoubtful || kind === 'phone'));
  return { person: ranked.find(isPossible) ?? null, fresh };
}

export function createPeople(connection: Connection) {
  const model = createPersonModel(connection);
  const signs = createPeopleSigns(model);

  /** Who has which alias; someone merged into another stands for that one. */
  async function findOwners(portalId: string, aliases: readonly Alias[]): Promise<Map<string, PersonDoc>> {
    const keys = aliases.map(({ key }) => key);
    const found = await model
      .find({ portalId, 'aliases.key': { $in: keys } })
      .lean<PersonDoc[]>()
      .exec();
    const owners = new Map<string, PersonDoc>();
    for (const one of found) {
      const current = await followMerges(model, one);
      for (const { key } of one.aliases) if (keys.includes(key)) owners.set(key, current);
    }
    return owners;
  }

  async function insert(
    portalId: string,
    aliases: Alias[],
    name: string | null,
    source: string,
  ): Promise<PersonDoc> {
    const mark = { firstSeenAt: new Date(), source };
    const made = await model.create({
      _id: newId(),
      portalId,
      aliases: aliases.map((alias) => ({ ...alias, ...mark })),
      names: name === null ? [] : [{ name, ...mark }],
      name,
      createdAt: mark.firstSeenAt,
    });
    return made.toObject<PersonDoc>();
  }

  /** False when the person got another phone or was merged meanwhile: then it is to be looked at anew. */
  async function addAliases(person: PersonDoc, fresh: readonly Alias[], source: string): Promise<boolean> {
    const mark = { firstSeenAt: new Date(), source };
    const hasPhone = phoneOf(person.aliases) !== null;
    for (const alias of fresh) {
      const isFirstPhone = alias.kind === 'phone' && !hasPhone;
      const done = await model.updateOne(
        {
          ...{ _id: person._id, mergedInto: null, 'aliases.key': { $ne: alias.key } },
          ...(isFirstPhone ? { 'aliases.kind': { $ne: 'phone' } } : {}),
        },
        { $push: { aliases: { ...alias, ...mark } } },
      );
      if (done.modifiedCount === 0) return false;
    }
    // Who waited for a number can be looked for now.
    if (phoneOf(fresh) !== null) {
      await model.updateOne(
        { _id: person._id, lookup: { $ne: null } },
        { $set: { 'lookup.nextAt': mark.firstSeenAt } },
      );
    }
    return true;
  }

  const loadAsStored = (personId: string): Promise<PersonDoc | null> =>
    model.findById(personId).lean<PersonDoc>().exec();
  const findByAlias = async (portalId: string, key: string): Promise<PersonDoc | null> => {
    const found = await model.findOne({ portalId, 'aliases.key': key }).lean<PersonDoc>().exec();
    return found && followMerges(model, found);
  };

  return {
    model,
    /** The person these aliases name, made or enriched as needed. Races of two writers end at one document. */
    async findOrCreate(portalId: string, identity: Identity, source: string): Promise<PersonDoc> {
      for (let attempt = 0; ; attempt += 1) {
        const names = namesOf(identity);
        const { person, fresh } = choose(await findOwners(portalId, names), names);
        try {
          const found = person ?? (await insert(portalId, fresh, identity.name, source));
          if (person && !(await addAliases(person, fresh, source)) && attempt < maxAttempts) continue;
          await signs.addUsernames(found, identity.aliases, source);
          if (person) await signs.showName(person, identity.name, source);
          return found;
        } catch (error) {
          if (!isDuplicateKey(error) || attempt === maxAttempts) throw error;
        }
      }
    },
    /** The other people that an identity with a phone names by its phone, LID or BSUID: the same one, or a conflict. */
    async findRivals(identity: Identity, person: PersonDoc): Promise<PersonDoc[]> {
      const named = identity.aliases.filter(isStrong);
      const known = [...person.aliases, ...person.absorbed].map(({ key }) => key);
      if (phoneOf(named) === null || named.every(({ key }) => known.includes(key))) return [];
      const owners = [...(await findOwners(person.portalId, named)).values()];
      return [...new Map(owners.map((one) => [one._id, one])).values()].filter(
        ({ _id }) => _id !== person._id,
      );
    },
    /** Who has which of these aliases, by its key; someone merged into another stands for that one. */
    findOwners,
    /** The person, or whom they were merged into. */
    async load(personId: string): Promise<PersonDoc | null> {
      const found = await loadAsStored(personId);
      return found && followMerges(model, found);
    },
    loadAsStored,
    loadMany: (personIds: readonly string[]): Promise<PersonDoc[]> =>
      model
        .find({ _id: { $in: personIds } })
        .lean<PersonDoc[]>()
        .exec(),
    findByAlias,
    ...signs,
    ...createPeopleNumbers(model),
    ...createPeopleMerges(model),
    ...createPeopleLookups(model),
  };
}
