import { randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { WebhookType } from '../../domain/webhooks/event';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { changeOne, insertOne, listAll, loadOne } from '../queries';
import { receiverRecord } from '../sealing/records';
import type { SecretBox } from '../secret-box';

/** Somebody's address that gets our events. Address and secret are encrypted: an address may hold a secret, too. */
export interface ReceiverDoc {
  _id: string;
  /** Null: of all portals. */
  portalId: string | null;
  sealedUrl: string;
  sealedSecret: string;
  types: WebhookType[];
  /** The receiver asked for names and numbers. */
  details: boolean;
  createdAt: Date;
  /** Events up to then are in the queue. */
  seenUntil: Date;
  /** Somebody wanted nothing of before then. */
  toldFrom: Date | null;
  lastSentAt: Date | null;
  /** The last failure since; null again once something was taken. */
  failure: { at: Date; reason: string } | null;
  /** How often it failed in a row, and since when; null: it works. */
  failures: number;
  failingSince: Date | null;
  /** It does not answer: nothing is sent before then. */
  quietUntil: Date | null;
  /** It failed for days: nothing is sent until somebody starts it again. */
  setAside: { at: Date; reason: string } | null;
}

export type ReceiverState = 'working' | 'failing' | 'set-aside';

export const receiverStateOf = ({ setAside, failingSince }: ReceiverDoc): ReceiverState =>
  setAside ? 'set-aside' : failingSince ? 'failing' : 'working';

/** When a receiver that fails is set aside. */
export interface DeadAfter {
  ms: number;
  failures: number;
}

const receiverSchema = new Schema<ReceiverDoc>(
  {
    _id: String,
    ...orNull(String, 'portalId'),
    ...required(String, 'sealedUrl', 'sealedSecret'),
    types: { type: [String], required: true },
    ...required(Boolean, 'details'),
    ...required(Date, 'createdAt', 'seenUntil'),
    ...orNull(Date, 'lastSentAt'),
    failure: { type: Schema.Types.Mixed, default: null },
    failures: { type: Number, default: 0 },
    ...orNull(Date, 'toldFrom', 'failingSince', 'quietUntil'),
    setAside: { type: Schema.Types.Mixed, default: null },
  },
  { versionKey: false },
);

const working = { failure: null, failures: 0, failingSince: null, quietUntil: null, setAside: null };

export type NewReceiver = Pick<ReceiverDoc, 'portalId' | 'types' | 'details'> & { url: string };

/** The receivers of our webhooks: a few. */
export function createReceivers(connection: Connection, box: SecretBox) {
  const model = connection.model<ReceiverDoc>('Receiver', receiverSchema, 'webhooks');
  return {
    model,
    /** Adds a receiver; its secret is returned once. Events from now on are sent. */
    async add({ url, ...fresh }: NewReceiver): Promise<{ receiver: ReceiverDoc; secret: string }> {
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      const now = new Date();
      const _id = newId();
      const sealed = {
        sealedUrl: box.seal(url, receiverRecord(_id, 'url')),
        sealedSecret: box.seal(secret, receiverRecord(_id, 'secret')),
      };
      const doc = { _id, ...fresh, ...sealed, createdAt: now, seenUntil: now };
      return { receiver: await insertOne<ReceiverDoc>(model, doc), secret };
    },
    load: (receiverId: string): Promise<ReceiverDoc | null> => loadOne(model, receiverId),
    list: (): Promise<ReceiverDoc[]> => listAll(model, {}, { sort: { _id: 1 } }),
    urlOf: ({ _id, sealedUrl }: ReceiverDoc): string => box.open(sealedUrl, receiverRecord(_id, 'url')),
    secretOf: ({ _id, sealedSecret }: ReceiverDoc): string =>
      box.open(sealedSecret, receiverRecord(_id, 'secret')),
    async remove(receiverId: string): Promise<boolean> {
      return (await model.deleteOne({ _id: receiverId })).deletedCount === 1;
    },
    /** The events up to then are queued; never goes back. */
    async moveSeen(receiverId: string, seenUntil: Date): Promise<void> {
      await model.updateOne({ _id: receiverId }, { $max: { seenUntil } });
    },
    /** It took something: whatever was noted of failures is over. */
    async noteSent(receiverId: string, lastSentAt: Date): Promise<void> {
      await model.updateOne({ _id: receiverId }, { $set: { ...working, lastSentAt } });
    },
    /** What happened before then is not told. */
    async tellFrom(receiverId: string, toldFrom: Date): Promise<void> {
      await model.updateOne({ _id: receiverId }, { $set: { toldFrom }, $max: { seenUntil: toldFrom } });
    },
    /** Somebody started it again. */
    async startAgain(receiverId: string): Promise<void> {
      await model.updateOne({ _id: receiverId }, { $set: working });
    },
    /**
     * It did not take something. Gives whether it was set aside by this: it failed so often and for so long, and took nothing in
     * between. A process that dies before this leaves one failure that was not counted.
     */
    async noteFailure(
      receiverId: string,
      failure: NonNullable<ReceiverDoc['failure']>,
      quietUntil: Date | null,
      deadAfter: DeadAfter,
    ): Promise<boolean> {
      const { at } = failure;
      await model.updateOne({ _id: receiverId, failingSince: null }, { $set: { failingSince: at } });
      await model.updateOne({ _id: receiverId }, { $set: { failure, quietUntil }, $inc: { failures: 1 } });
      const isDead = {
        failures: { $gte: deadAfter.failures },
        failingSince: { $lte: new Date(at.getTime() - deadAfter.ms) },
      };
      return changeOne(
        model,
        { _id: receiverId, setAside: null, ...isDead },
        { $set: { setAside: failure } },
      );
    },
  };
}
