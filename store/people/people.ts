import type { Connection } from 'mongoose';
import { isStrong, phoneOf, type Alias, type Identity } from '../../domain/identity';
import { insertNew } from '../bulk';
import { newId } from '../connection';
import { listPlain } from '../bulk';
import { changeOne, findOne, insertOne, listAll, loadOne, unlessTaken } from '../queries';
import { choosePerson, namesOf } from './choose-person';
import { createFormerNumbers } from './former-numbers';
import { createNamed } from './named';
import { createPeopleLookups } from './lookups';
import { createPeopleMerges, followMerges } from './merges';
import { createPeopleNames } from './names';
import { createPeopleNumbers } from './numbers';
import { createPersonModel, type PersonDoc, type PersonModel } from './person-schema';
import { createPeopleSearch } from './search';

export type { PersonDoc } from './person-schema';

const maxRepeats = 3;

function toPerson(portalId: string, { aliases, name }: Identity, source: string): PersonDoc {
  const mark = { firstSeenAt: new Date(), source };
  return {
    ...{ _id: newId(), portalId, aliases: aliases.map((alias) => ({ ...alias, ...mark })) },
    ...{ names: name === null ? [] : [{ name, ...mark }], name, createdAt: mark.firstSeenAt },
    ...{
      claim: null,
      mergedInto: null,
      moving: false,
      absorbed: [],
      former: [],
      usernames: [],
      lookup: null,
      lastMessageAt: null,
    },
  };
}

/** False when the person got another phone or was merged meanwhile: then it is to be looked at anew. */
async function addAliases(
  model: PersonModel,
  person: PersonDoc,
  fresh: readonly Alias[],
  source: string,
): Promise<boolean> {
  const mark = { firstSeenAt: new Date(), source };
  const hasPhone = phoneOf(person.aliases) !== null;
  for (const alias of fresh) {
    const isFirstPhone = alias.kind === 'phone' && !hasPhone;
    const isAdded = await changeOne(
      model,
      {
        ...{ _id: person._id, mergedInto: null, 'aliases.key': { $ne: alias.key } },
        ...(isFirstPhone ? { 'aliases.kind': { $ne: 'phone' } } : {}),
      },
      { $push: { aliases: { ...alias, ...mark } } },
    );
    if (!isAdded) return false;
  }
  // A person who waited for a number can be looked for now.
  if (phoneOf(fresh) !== null) {
    const waiting = { _id: person._id, lookup: { $ne: null } };
    await model.updateOne(waiting, { $set: { 'lookup.nextAt': mark.firstSeenAt } });
  }
  return true;
}

/** The people by their aliases. */
function createOwners(model: PersonModel) {
  /** The owners of these aliases, by alias key; a merged person stands as the survivor. */
  async function findOwners(portalId: string, aliases: readonly Alias[]): Promise<Map<string, PersonDoc>> {
    const keys = aliases.map(({ key }) => key);
    const owners = new Map<string, PersonDoc>();
    for (const one of await listAll(model, { portalId, 'aliases.key': { $in: keys } })) {
      const current = await followMerges(model, one);
      for (const { key } of one.aliases) if (keys.includes(key)) owners.set(key, current);
    }
    return owners;
  }

  return {
    findOwners,

    async findByAlias(portalId: string, key: string): Promise<PersonDoc | null> {
      const found = await findOne(model, { portalId, 'aliases.key': key });
      return found && followMerges(model, found);
    },

    /** The other people that an identity with a phone names by its phone, LID or BSUID: the same one, or a conflict. */
    async findRivals(identity: Identity, person: PersonDoc): Promise<PersonDoc[]> {
      const named = identity.aliases.filter(isStrong);
      const known = [...person.aliases, ...person.absorbed].map(({ key }) => key);
      if (phoneOf(named) === null || named.every(({ key }) => known.includes(key))) return [];
      const owners = [...(await findOwners(person.portalId, named)).values()];
      const rivals = [...new Map(owners.map((one) => [one._id, one])).values()];
      return rivals.filter(({ _id }) => _id !== person._id);
    },
  };
}

export function createPeople(connection: Connection) {
  const model = createPersonModel(connection);
  const owners = createOwners(model);
  const names = createPeopleNames(model);

  /** Null when the person changed meanwhile: then all is to be read again, unless this is the last time. */
  async function findOrCreateOnce(
    portalId: string,
    identity: Identity,
    source: string,
    isLast: boolean,
  ): Promise<PersonDoc | null> {
    const named = namesOf(identity);
    const { person, fresh } = choosePerson(await owners.findOwners(portalId, named), named);
    const found =
      person ??
      (await insertOne<PersonDoc>(model, toPerson(portalId, { ...identity, aliases: fresh }, source)));
    if (person && !(await addAliases(model, person, fresh, source)) && !isLast) return null;
    await names.addUsernames(found, identity.aliases, source);
    if (person) await names.showName(person, identity.name, source);
    return found;
  }

  return {
    model,
    /** The person these aliases name, made or enriched as needed. Races of two writers end at one document. */
    async findOrCreate(portalId: string, identity: Identity, source: string): Promise<PersonDoc> {
      for (let attempt = 0; ; attempt += 1) {
        const isLast = attempt === maxRepeats;
        const once = () => findOrCreateOnce(portalId, identity, source, isLast);
        const found = await (isLast ? once() : unlessTaken(once));
        if (found) return found;
      }
    },
    /** New people, of whom nobody has any alias. Null in the place of one whose alias somebody else took meanwhile. */
    async addMany(
      portalId: string,
      identities: readonly Identity[],
      source: string,
    ): Promise<(PersonDoc | null)[]> {
      const fresh = identities.map((identity) => toPerson(portalId, identity, source));
      const taken = await insertNew(model, fresh);
      return fresh.map((person, index) => (taken.has(index) ? null : person));
    },
    /** The person, or whom they were merged into. */
    async load(personId: string): Promise<PersonDoc | null> {
      const found = await loadOne(model, personId);
      return found && followMerges(model, found);
    },
    loadAsStored: (personId: string): Promise<PersonDoc | null> => loadOne(model, personId),
    loadMany: (personIds: readonly string[]): Promise<PersonDoc[]> =>
      personIds.length === 0 ? Promise.resolve([]) : listPlain(model, { _id: { $in: [...personIds] } }),
    ...owners,
    ...names,
    ...createPeopleSearch(model),
    ...createFormerNumbers(model),
    ...createNamed(model),
    ...createPeopleNumbers(model),
    ...createPeopleMerges(model),
    ...createPeopleLookups(model),
  };
}
