import { randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { Role, Who } from '../../domain/access';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { findOne, insertOne, listAll } from '../queries';
import { hashToken } from '../secret-box';

/** An API token beside the administrator's, with a role and a name; kept only as a hash. */
export interface TokenDoc {
  _id: string;
  name: string;
  role: Role;
  tokenHash: string;
  createdBy: Who;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const tokenSchema = new Schema<TokenDoc>(
  {
    _id: String,
    ...required(String, 'name', 'role', 'tokenHash'),
    createdBy: { type: Schema.Types.Mixed, required: true },
    ...required(Date, 'createdAt'),
    ...orNull(Date, 'lastUsedAt'),
  },
  { versionKey: false },
).index({ tokenHash: 1 }, { unique: true });

/** The last use is a sign of life for people: a stamp a minute is enough. */
const stampEveryMs = 60_000;

export function createTokens(connection: Connection) {
  const model = connection.model<TokenDoc>('Token', tokenSchema, 'tokens');
  return {
    model,
    /** Adds a token; its text is returned once. */
    async add(
      fresh: Pick<TokenDoc, 'name' | 'role' | 'createdBy'>,
    ): Promise<{ doc: TokenDoc; token: string }> {
      const token = `cl_${randomBytes(32).toString('base64url')}`;
      const kept = { _id: newId(), ...fresh, tokenHash: hashToken(token), createdAt: new Date() };
      return { doc: await insertOne<TokenDoc>(model, kept), token };
    },
    findByToken: (token: string): Promise<TokenDoc | null> => findOne(model, { tokenHash: hashToken(token) }),
    list: (): Promise<TokenDoc[]> => listAll(model, {}, { sort: { _id: 1 } }),
    has: async (tokenId: string): Promise<boolean> => (await model.exists({ _id: tokenId })) !== null,
    async recordUse({ _id, lastUsedAt }: TokenDoc, now: Date): Promise<void> {
      if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < stampEveryMs) return;
      await model.updateOne({ _id }, { $max: { lastUsedAt: now } });
    },
    /** The token opens nothing any more, at once. False: there was none. */
    remove: async (tokenId: string): Promise<boolean> =>
      (await model.deleteOne({ _id: tokenId })).deletedCount === 1,
  };
}
