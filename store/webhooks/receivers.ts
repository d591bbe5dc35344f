import { randomBytes } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { WebhookType } from '../../domain/webhooks/event';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { insertOne, listAll, loadOne } from '../queries';
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
  lastSentAt: Date | null;
  /** The last failure since; null again once something was taken. */
  failure: { at: Date; reason: string } | null;
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
  },
  { versionKey: false },
);

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
    async noteSent(receiverId: string, lastSentAt: Date): Promise<void> {
      await model.updateOne({ _id: receiverId }, { $set: { lastSentAt, failure: null } });
    },
    async noteFailure(receiverId: string, failure: NonNullable<ReceiverDoc['failure']>): Promise<void> {
      await model.updateOne({ _id: receiverId }, { $set: { failure } });
    },
  };
}
