import type { Alias } from '../../domain/identity';
import { changeMany } from '../bulk';
import { changeOne } from '../queries';
import type { PersonDoc, PersonModel } from './person-schema';

const maxNames = 20;
const maxUsernames = 20;

/** Names and usernames: kept to be shown, with when and by whom each was first seen. Neither says who a person is. */
export function createPeopleNames(model: PersonModel) {
  async function addName(personId: string, name: string, source: string): Promise<void> {
    const names = { $each: [{ name, firstSeenAt: new Date(), source }], $slice: -maxNames };
    await model.updateOne({ _id: personId, 'names.name': { $ne: name } }, { $push: { names } });
  }

  async function addUsername(person: PersonDoc, { kind, key }: Alias, source: string): Promise<void> {
    const now = new Date();
    const username = { kind, key, firstSeenAt: now, source, seenElsewhereAt: null };
    const usernames = { $each: [username], $slice: -maxUsernames };
    const lacking = { _id: person._id, 'usernames.key': { $ne: key } };
    if (!(await changeOne(model, lacking, { $push: { usernames } }))) return;
    await model.updateMany(
      { portalId: person.portalId, _id: { $ne: person._id }, 'usernames.key': key },
      { $set: { 'usernames.$[one].seenElsewhereAt': now } },
      { arrayFilters: [{ 'one.key': key, 'one.seenElsewhereAt': null }] },
    );
  }

  return {
    /** The name as the sender gives it: kept, and the one to show from now on. */
    async showName(person: PersonDoc, name: string | null, source: string): Promise<void> {
      if (name === null || name === person.name) return;
      await model.updateOne({ _id: person._id }, { $set: { name } });
      await addName(person._id, name, source);
    },

    /** The same for names of many people, in the order they were given. */
    async showNames(given: readonly { personId: string; name: string }[], source: string): Promise<void> {
      const firstSeenAt = new Date();
      const changes = given.flatMap(({ personId: _id, name }) => [
        { updateOne: { filter: { _id }, update: { $set: { name } } } },
        {
          updateOne: {
            filter: { _id, 'names.name': { $ne: name } },
            update: { $push: { names: { $each: [{ name, firstSeenAt, source }], $slice: -maxNames } } },
          },
        },
      ]);
      await changeMany(model, changes, { ordered: true });
    },

    /** A name from an address book: kept, and shown where no other is known. */
    async rememberName(person: PersonDoc, name: string | null, source: string): Promise<void> {
      if (name === null || person.names.some((known) => known.name === name)) return;
      await model.updateOne({ _id: person._id, name: null }, { $set: { name } });
      await addName(person._id, name, source);
    },

    /** Notes usernames on the person; others who had one of them are marked: it is seen elsewhere now. */
    async addUsernames(person: PersonDoc, aliases: readonly Alias[], source: string): Promise<void> {
      const known = (person.usernames ?? []).map(({ key }) => key);
      for (const alias of aliases) {
        if (alias.kind === 'username' && !known.includes(alias.key)) await addUsername(person, alias, source);
      }
    },
  };
}
