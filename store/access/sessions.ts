import { randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { findOne, insertOne } from '../queries';
import { hashToken } from '../secret-box';

/** A log-in of one browser. Its secret is kept only as a hash. */
export interface SessionDoc {
  _id: string;
  tokenHash: string;
  /** Null: the administrator, by the link that the start prints. */
  userId: string | null;
  createdAt: Date;
  /** Moves on while the session is used, up to `endsAt`. */
  expiresAt: Date;
  endsAt: Date;
}

const dayMs = 86_400_000;
const unusedMs = 7 * dayMs;
const longestMs = 30 * dayMs;
/** A session that is used is prolonged once an hour, not with every request. */
const prolongAfterMs = 3_600_000;

const sessionSchema = new Schema<SessionDoc>(
  {
    _id: String,
    ...required(String, 'tokenHash'),
    ...orNull(String, 'userId'),
    ...required(Date, 'createdAt', 'expiresAt', 'endsAt'),
  },
  { versionKey: false },
)
  .index({ tokenHash: 1 }, { unique: true })
  .index({ userId: 1 })
  .index({ expiresAt: 1 });

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);
const afterUse = (now: Date, endsAt: Date): Date => earlier(new Date(now.getTime() + unusedMs), endsAt);

export function createSessions(connection: Connection) {
  const model = connection.model<SessionDoc>('Session', sessionSchema, 'sessions');
  return {
    model,
    /** Begins a session; its secret is returned once. Sessions that are over are cleared away. */
    async begin(userId: string | null, now: Date): Promise<{ session: SessionDoc; secret: string }> {
      await model.deleteMany({ expiresAt: { $lte: now } });
      const secret = randomBytes(32).toString('base64url');
      const endsAt = new Date(now.getTime() + longestMs);
      const times = { createdAt: now, endsAt, expiresAt: afterUse(now, endsAt) };
      const fresh = { _id: newId(), tokenHash: hashToken(secret), userId, ...times };
      return { session: await insertOne<SessionDoc>(model, fresh), secret };
    },
    findOpen: (secret: string, now: Date): Promise<SessionDoc | null> =>
      findOne(model, { tokenHash: hashToken(secret), expiresAt: { $gt: now } }),
    hasOpen: async (sessionId: string, now: Date): Promise<boolean> =>
      (await model.exists({ _id: sessionId, expiresAt: { $gt: now } })) !== null,
    /** The session is in use. Gives its new end, or null where it stays. A lost write costs an hour of its life. */
    async prolong({ _id, expiresAt, endsAt }: SessionDoc, now: Date): Promise<Date | null> {
      const later = afterUse(now, endsAt);
      if (later.getTime() - expiresAt.getTime() < prolongAfterMs) return null;
      await model.updateOne({ _id }, { $max: { expiresAt: later } });
      return later;
    },
    async end(sessionId: string): Promise<void> {
      await model.deleteOne({ _id: sessionId });
    },
    /** Ends all sessions of a user, or the administrator's (null). Gives how many. */
    endAll: async (userId: string | null): Promise<number> =>
      (await model.deleteMany({ userId })).deletedCount,
  };
}
