import { randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { insertOne } from '../queries';
import { hashToken } from '../secret-box';

/** The secret of a link that logs in once, as a hash. */
interface LogInCodeDoc {
  _id: string;
  codeHash: string;
  /** Null: the administrator. */
  userId: string | null;
  expiresAt: Date;
}

const logInCodeSchema = new Schema<LogInCodeDoc>(
  {
    _id: String,
    ...required(String, 'codeHash'),
    ...orNull(String, 'userId'),
    ...required(Date, 'expiresAt'),
  },
  { versionKey: false },
)
  .index({ codeHash: 1 }, { unique: true })
  .index({ userId: 1 });

export function createLogInCodes(connection: Connection) {
  const model = connection.model<LogInCodeDoc>('LogInCode', logInCodeSchema, 'log_in_codes');
  return {
    model,
    /** A new code for a user, or the administrator (null). Earlier ones of the same open nothing any more. */
    async make(userId: string | null, expiresAt: Date): Promise<string> {
      const code = randomBytes(32).toString('base64url');
      await model.deleteMany({ userId });
      await insertOne<LogInCodeDoc>(model, { _id: newId(), codeHash: hashToken(code), userId, expiresAt });
      return code;
    },
    /**
     * Takes a code, of two callers one. Null: no such code, used or over. A process that dies between this and the new
     * session has spent it: another link is made.
     */
    async take(code: string, now: Date): Promise<{ userId: string | null } | null> {
      const filter = { codeHash: hashToken(code), expiresAt: { $gt: now } };
      return model.findOneAndDelete(filter).lean<LogInCodeDoc>().exec();
    },
    async removeOf(userId: string): Promise<void> {
      await model.deleteMany({ userId });
    },
  };
}
