import { createHash } from 'node:crypto';
import { Schema, type Connection } from 'mongoose';
import type { WebhookEvent } from '../../domain/webhooks/event';
import { insertNew } from '../bulk';
import { newIdAt } from '../connection';
import { orNull, required } from '../fields';
import { changeAndLoad, changeOne, listFromNewest, type Page } from '../queries';

/** One event on its way to one receiver. Its id is the idempotency key: the same for every try. */
export interface NoticeDoc extends WebhookEvent {
  _id: string;
  receiverId: string;
  state: 'waiting' | 'sent' | 'given-up';
  tries: number;
  /** When it is tried next; while it is under way, when it counts as lost. */
  nextAt: Date;
  lastReason: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

const noticeSchema = new Schema<NoticeDoc>(
  {
    _id: String,
    ...required(String, 'receiverId', 'portalId', 'key', 'type', 'state'),
    data: { type: Schema.Types.Mixed, required: true },
    ...required(Number, 'tries'),
    ...required(Date, 'at', 'nextAt', 'createdAt'),
    ...orNull(String, 'lastReason'),
    ...orNull(Date, 'sentAt'),
  },
  { versionKey: false, minimize: false },
)
  .index({ receiverId: 1, key: 1 }, { unique: true })
  .index({ receiverId: 1, state: 1, nextAt: 1 })
  .index({ receiverId: 1, _id: -1 })
  .index({ state: 1, createdAt: 1 });

/** The same event has the same id in every store: one that was restored says again what it no longer knows to have said. */
function toNoticeId(receiverId: string, { key, at }: WebhookEvent): string {
  const hash = createHash('sha256').update(`${receiverId}/${key}`).digest('hex');
  // The time comes first, so that they go by it.
  return `${newIdAt(at).slice(0, 8)}${hash.slice(0, 16)}`;
}

/** The queue of webhooks. A process that dies leaves a notice that is under way: after its time it is sent again, with the same id. */
export function createNotices(connection: Connection) {
  const model = connection.model<NoticeDoc>('Notice', noticeSchema, 'notices');
  return {
    model,
    /** Queues events for a receiver, each once, whoever found it. Gives how many are new. */
    async add(receiverId: string, events: readonly WebhookEvent[]): Promise<number> {
      const now = new Date();
      const fresh = { receiverId, state: 'waiting', tries: 0, nextAt: now, createdAt: now } as const;
      const docs = events.map((event): NoticeDoc => {
        return { _id: toNoticeId(receiverId, event), ...fresh, ...event, lastReason: null, sentAt: null };
      });
      return docs.length - (await insertNew(model, docs)).size;
    },
    /** Takes the notice that is due longest, for so long; null: none is due. */
    take: (receiverId: string, now: Date, forMs: number): Promise<NoticeDoc | null> =>
      changeAndLoad(
        model,
        { receiverId, state: 'waiting', nextAt: { $lte: now } },
        { $set: { nextAt: new Date(now.getTime() + forMs) }, $inc: { tries: 1 } },
      ),
    /** The receiver took it. False: another process had it again meanwhile. */
    finish: ({ _id }: NoticeDoc, sentAt: Date): Promise<boolean> =>
      changeOne(model, { _id, state: 'waiting' }, { $set: { state: 'sent', sentAt, lastReason: null } }),
    /** It was not taken: it is tried again at a time, or never. */
    async putBack({ _id, tries }: NoticeDoc, lastReason: string, nextAt: Date | null): Promise<void> {
      const $set = nextAt ? { nextAt, lastReason } : { state: 'given-up' as const, lastReason };
      await model.updateOne({ _id, state: 'waiting', tries }, { $set });
    },
    countOf: (receiverId: string, state: NoticeDoc['state']): Promise<number> =>
      model.countDocuments({ receiverId, state }).exec(),
    /** A page of a receiver's notices, newest first. */
    list: (receiverId: string, page: Page): Promise<NoticeDoc[]> =>
      listFromNewest(model, { receiverId }, page),
    async removeOf(receiverId: string): Promise<void> {
      await model.deleteMany({ receiverId });
    },
    /** What was sent long ago is forgotten, and with it that it was: events that old are not found again. */
    async forget(before: Date): Promise<void> {
      await model.deleteMany({ state: { $ne: 'waiting' }, createdAt: { $lt: before } });
    },
  };
}
