import { Schema, type Connection } from 'mongoose';
import type { Role } from '../../domain/access';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { changeAndLoad, insertOne, listAll, loadOne } from '../queries';

/** Somebody who works with the workspace. */
export interface UserDoc {
  _id: string;
  name: string;
  role: Role;
  createdAt: Date;
  lastSeenAt: Date | null;
}

const userSchema = new Schema<UserDoc>(
  {
    _id: String,
    ...required(String, 'name', 'role'),
    ...required(Date, 'createdAt'),
    ...orNull(Date, 'lastSeenAt'),
  },
  { versionKey: false },
);

export function createUsers(connection: Connection) {
  const model = connection.model<UserDoc>('User', userSchema, 'users');
  return {
    model,
    add: (fresh: Pick<UserDoc, 'name' | 'role'>): Promise<UserDoc> =>
      insertOne<UserDoc>(model, { _id: newId(), ...fresh, createdAt: new Date() }),
    load: (userId: string): Promise<UserDoc | null> => loadOne(model, userId),
    list: (): Promise<UserDoc[]> => listAll(model, {}, { sort: { _id: 1 } }),
    change: (userId: string, set: Partial<Pick<UserDoc, 'name' | 'role'>>): Promise<UserDoc | null> =>
      changeAndLoad(model, { _id: userId }, { $set: set }),
    async recordSeen(userId: string, at: Date): Promise<void> {
      await model.updateOne({ _id: userId }, { $max: { lastSeenAt: at } });
    },
    /** Sessions and invitations of a user who is gone open nothing: they ask for the user. False: was gone before. */
    remove: async (userId: string): Promise<boolean> =>
      (await model.deleteOne({ _id: userId })).deletedCount === 1,
  };
}
