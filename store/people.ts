import { Schema, type Connection } from 'mongoose';
import { phoneOf, type Alias, type AliasKind, type Identity } from '../domain/identity';
import { isDuplicateKey, newId } from './connection';

export interface StoredAlias extends Alias {
  firstSeenAt: Date;
  source: string;
}

export interface StoredName {
  name: string;
  firstSeenAt: Date;
  source: string;
}

/** An identity: everything WhatsApp calls one person. Always has at least one alias. */
export interface PersonDoc {
  _id: string;
  portalId: string;
  aliases: StoredAlias[];
  names: StoredName[];
  /** The name to show: the last one seen. */
  name: string | null;
  createdAt: Date;
}

const seen = { firstSeenAt: { type: Date, required: true }, source: { type: String, required: true } };
const personSchema = new Schema<PersonDoc>(
  {
    _id: String,
    portalId: { type: String, required: true },
    aliases: [
      new Schema<StoredAlias>(
        { kind: { type: String, required: true }, key: { type: String, required: true }, ...seen },
        { _id: false },
      ),
    ],
    names: [new Schema<StoredName>({ name: { type: String, required: true }, ...seen }, { _id: false })],
    name: { type: String, default: null },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false },
).index({ portalId: 1, 'aliases.key': 1 }, { unique: true });

const maxNames = 20;
const order: AliasKind[] = ['phone', 'bsuid', 'lid', 'username'];

export function createPeople(connection: Connection) {
  const model = connection.model('Person', personSchema, 'people');

  const findByAliases = (portalId: string, aliases: readonly Alias[]) =>
    model
      .find({ portalId, 'aliases.key': { $in: aliases.map(({ key }) => key) } })
      .lean<PersonDoc[]>()
      .exec();

  async function insert(portalId: string, who: Identity, source: string): Promise<PersonDoc> {
    const mark = { firstSeenAt: new Date(), source };
    const made = await model.create({
      _id: newId(),
      portalId,
      aliases: who.aliases.map((alias) => ({ ...alias, ...mark })),
      names: who.name === null ? [] : [{ name: who.name, ...mark }],
      name: who.name,
      createdAt: mark.firstSeenAt,
    });
    return made.toObject<PersonDoc>();
  }

  /** Adds what is new about a known person. A person keeps one phone: another one is never added by itself. */
  async function enrich(person: PersonDoc, who: Identity, source: string): Promise<void> {
    const mark = { firstSeenAt: new Date(), source };
    for (const alias of who.aliases) {
      if (person.aliases.some(({ key }) => key === alias.key)) continue;
      await model.updateOne(
        { _id: person._id, 'aliases.key': { $ne: alias.key } },
        { $push: { aliases: { ...alias, ...mark } } },
      );
    }
    if (who.name === null || who.name === person.name) return;
    const known = person.names.some(({ name }) => name === who.name);
    await model.updateOne(
      { _id: person._id },
      {
        $set: { name: who.name },
        ...(known ? {} : { $push: { names: { $each: [{ name: who.name, ...mark }], $slice: -maxNames } } }),
      },
    );
  }

  /** Whose message it is when the aliases point at several people: the phone decides, then BSUID, LID, username. */
  function pick(people: PersonDoc[], who: Identity): { person: PersonDoc | undefined; who: Identity } {
    const sorted = [...who.aliases].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
    const owner = (alias: Alias) => people.find((one) => one.aliases.some(({ key }) => key === alias.key));
    const phone = phoneOf(who.aliases);
    const person = sorted.map(owner).find((one) => one !== undefined);
    const otherPhone =
      person && phone && phoneOf(person.aliases) !== null && phoneOf(person.aliases) !== phone;
    if (phone && otherPhone) {
      const phoneOnly = { ...who, aliases: who.aliases.filter(({ kind }) => kind === 'phone') };
      return { person: undefined, who: phoneOnly };
    }
    const taken = (alias: Alias) => people.some((one) => one !== person && owner(alias) === one);
    return { person, who: { ...who, aliases: who.aliases.filter((alias) => !taken(alias)) } };
  }

  return {
    model,
    /** The person these aliases name, made or enriched as needed. Races of two writers end at one document. */
    async findOrCreate(portalId: string, identity: Identity, source: string): Promise<PersonDoc> {
      for (let attempt = 0; ; attempt += 1) {
        const { person, who } = pick(await findByAliases(portalId, identity.aliases), identity);
        try {
          if (!person) return await insert(portalId, who, source);
          await enrich(person, who, source);
          return person;
        } catch (error) {
          if (!isDuplicateKey(error) || attempt === 3) throw error;
        }
      }
    },
    load: (personId: string): Promise<PersonDoc | null> => model.findById(personId).lean<PersonDoc>().exec(),
    loadMany: (personIds: readonly string[]): Promise<PersonDoc[]> =>
      model
        .find({ _id: { $in: personIds } })
        .lean<PersonDoc[]>()
        .exec(),
    findByAlias: (portalId: string, key: string): Promise<PersonDoc | null> =>
      model.findOne({ portalId, 'aliases.key': key }).lean<PersonDoc>().exec(),
  };
}
