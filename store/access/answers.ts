import { createHash, createHmac } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { changeOne, insertOne, loadOne, unlessTaken } from '../queries';
import { answerRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

/** What a request under an idempotency key was answered. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** A request under a key of its caller's. Neither the key nor what was asked stands in it, and the answer is sealed: it may hold a token. */
interface AnswerDoc {
  /** A hash of who asked, and their key. */
  _id: string;
  /** A keyed hash of what was asked. */
  asked: string;
  /** The try that runs, or that ended: a later one takes its place only where it died. */
  run: string;
  startedAt: Date;
  /** Null: it runs, or its process died. */
  sealedAnswer: string | null;
  expiresAt: Date;
}

/** `running`: a try is under way. `other`: the key was used for something else. `lost`: it was carried out, and its answer does not open. */
export type Begun =
  | { kind: 'begun'; run: string }
  | { kind: 'done'; answer: KeptAnswer }
  | { kind: 'running' | 'other' | 'lost' };

const keptForMs = 24 * 3_600_000;
/** Longer than any request takes: a try that is still open then died with its process. */
const runsForMs = 120_000;

const answerSchema = new Schema<AnswerDoc>(
  {
    _id: String,
    ...required(String, 'asked', 'run'),
    ...required(Date, 'startedAt', 'expiresAt'),
    ...orNull(String, 'sealedAnswer'),
  },
  { versionKey: false },
).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** The answers to requests under idempotency keys, for a day. */
export function createAnswers(connection: Connection, box: SecretBox) {
  const model = connection.model<AnswerDoc>('Answer', answerSchema, 'answers');
  const hashKey = box.derive('idempotency');

  function read({ _id, sealedAnswer }: AnswerDoc): Begun {
    if (sealedAnswer === null) return { kind: 'running' };
    try {
      return { kind: 'done', answer: JSON.parse(box.open(sealedAnswer, answerRecord(_id))) as KeptAnswer };
    } catch {
      return { kind: 'lost' };
    }
  }

  const toFresh = (asked: string, now: Date) => ({
    ...{ asked, run: newId(), startedAt: now, sealedAnswer: null },
    expiresAt: new Date(now.getTime() + keptForMs),
  });

  /** The place of a try whose process died; null: somebody was faster. */
  async function takeOver({ _id, asked, run }: AnswerDoc, now: Date): Promise<Begun | null> {
    const fresh = toFresh(asked, now);
    const isOurs = await changeOne(model, { _id, run, sealedAnswer: null }, { $set: fresh });
    return isOurs ? { kind: 'begun', run: fresh.run } : null;
  }

  return {
    model,
    idOf: (caller: string, key: string): string =>
      createHash('sha256')
        .update(JSON.stringify([caller, key]))
        .digest('hex'),
    requestHashOf: (what: string): string => createHmac('sha256', hashKey).update(what).digest('hex'),
    /** Begins a try, unless there was one. Of two at once one begins. */
    async begin(_id: string, asked: string, now: Date): Promise<Begun> {
      // Not every server removes by itself what is over.
      await model.deleteMany({ expiresAt: { $lte: now } });
      const fresh = toFresh(asked, now);
      const isNew = await unlessTaken(() => insertOne<AnswerDoc>(model, { _id, ...fresh }));
      if (isNew) return { kind: 'begun', run: fresh.run };
      const known = await loadOne(model, _id);
      // It ended without an answer to keep, just now.
      if (!known) return { kind: 'running' };
      if (known.asked !== asked) return { kind: 'other' };
      const isDead = known.sealedAnswer === null && now.getTime() - known.startedAt.getTime() > runsForMs;
      return (isDead ? await takeOver(known, now) : null) ?? read(known);
    },
    async finish(_id: string, run: string, answer: KeptAnswer): Promise<void> {
      const sealedAnswer = box.seal(JSON.stringify(answer), answerRecord(_id));
      await model.updateOne({ _id, run, sealedAnswer: null }, { $set: { sealedAnswer } });
    },
    /** Nothing was done that a repeat would do twice: the key is free again. */
    async drop(_id: string, run: string): Promise<void> {
      await model.deleteOne({ _id, run, sealedAnswer: null });
    },
  };
}
