import { Schema, type Connection } from 'mongoose';
import { required } from '../fields';
import { listAll, loadOne } from '../queries';

/**
 * The last list of a group's participants that a source gave, by their aliases: most of them nobody has spoken to, and no person
 * is made for them. Whoever is linked later is found in it.
 */
export interface RosterDoc {
  /** The chat's id. */
  _id: string;
  portalId: string;
  keys: string[];
  at: Date;
}

const rosterSchema = new Schema<RosterDoc>(
  { _id: String, ...required(String, 'portalId'), keys: [String], ...required(Date, 'at') },
  { versionKey: false },
).index({ portalId: 1, keys: 1 });

export function createRosters(connection: Connection) {
  const model = connection.model<RosterDoc>('Roster', rosterSchema, 'rosters');
  return {
    model,
    load: (chatId: string): Promise<RosterDoc | null> => loadOne(model, chatId),
    async save({ _id, ...rest }: RosterDoc): Promise<void> {
      await model.updateOne({ _id }, { $set: rest }, { upsert: true });
    },
    /** Somebody came or went. */
    async change(
      { _id, portalId, at }: Omit<RosterDoc, 'keys'>,
      { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] },
    ): Promise<void> {
      if (add.length > 0) {
        const update = { $addToSet: { keys: { $each: add } }, $set: { portalId, at } };
        await model.updateOne({ _id }, update, { upsert: true });
      }
      if (remove.length > 0)
        await model.updateOne({ _id }, { $pull: { keys: { $in: remove } }, $set: { at } });
    },
    /** The rosters that name one of these aliases. */
    listNaming: (portalId: string, keys: readonly string[]): Promise<RosterDoc[]> =>
      listAll(model, { portalId, keys: { $in: keys } }),
  };
}
