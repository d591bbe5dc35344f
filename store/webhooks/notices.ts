import { createHash } from 'node:crypto';
import { Schema, type Connection, type QueryFilter } from 'mongoose';
import type { WebhookEvent } from '../../domain/webhooks/event';
import { changeMany, insertNew } from '../bulk';
import { orNull, required } from '../fields';
import { changeOne, findOne, listAll, type Page } from '../queries';

/**
 * One event on its way to one receiver. Its id is the idempotency key: made of the receiver and the event, it is the same for every try,
 * and after a restore of the store, too.
 */
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
  .index({ receiverId: 1, at: -1, _id: -1 })
  .index({ createdAt: 1 });

export const noticeIdOf = (receiverId: string, key: string): string =>
  createHash('sha256').update(`${receiverId}/${key}`).digest('hex').slice(0, 32);

/** Where a page of notices goes on: by time, and by id among those of one time. */
export const noticePlace = ({ _id, at }: NoticeDoc): string => `${at.getTime()}/${_id}`;

function olderThan(place: string | null): QueryFilter<NoticeDoc> {
  if (place === null) return {};
  const [time = '', id = ''] = place.split('/');
  const at = new Date(Number(time));
  return { $or: [{ at: { $lt: at } }, { at, _id: { $lt: id } }] };
}

const portion = 500;

/** The queue of webhooks. A process that dies leaves a notice that is under way: after its time it is sent again, with the same id. */
export function createNotices(connection: Connection) {
  const model = connection.model<NoticeDoc>('Notice', noticeSchema, 'notices');
  return {
    model,
    /** Queues events for a receiver, each once, whoever found it, the oldest to be sent first. Gives how many are new. */
    async add(receiverId: string, events: readonly WebhookEvent[]): Promise<number> {
      const fresh = { receiverId, state: 'waiting', tries: 0, createdAt: new Date() } as const;
      const docs = events.map((event): NoticeDoc => {
        const _id = noticeIdOf(receiverId, event.key);
        return { _id, ...fresh, ...event, nextAt: event.at, lastReason: null, sentAt: null };
      });
      return docs.length - (await insertNew(model, docs)).size;
    },
    /** Takes the notice that is due longest, for so long; null: none is due, or another process takes it at this moment. */
    async take(receiverId: string, now: Date, forMs: number): Promise<NoticeDoc | null> {
      const due = await findOne(
        model,
        { receiverId, state: 'waiting', nextAt: { $lte: now } },
        { nextAt: 1 },
      );
      if (!due) return null;
      const { _id, nextAt, tries } = due;
      const taken = { nextAt: new Date(now.getTime() + forMs), tries: tries + 1 };
      const isOurs = await changeOne(model, { _id, state: 'waiting', nextAt, tries }, { $set: taken });
      return isOurs ? { ...due, ...taken } : null;
    },
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
    /** Whether so many wait. */
    hasWaiting: async (receiverId: string, atLeast: number): Promise<boolean> =>
      (await model.countDocuments({ receiverId, state: 'waiting' }).limit(atLeast).exec()) >= atLeast,
    /** A page of a receiver's notices, newest first; it goes on after a `noticePlace`. */
    list: (receiverId: string, { after, limit }: Page): Promise<NoticeDoc[]> =>
      listAll(model, { receiverId, ...olderThan(after) }, { sort: { at: -1, _id: -1 }, limit }),
    /** All that waits is due now, in the order in which it happened, as if never tried. */
    async startAgain(receiverId: string): Promise<void> {
      for (let after = ''; ;) {
        const waiting = { receiverId, state: 'waiting', _id: { $gt: after } } as const;
        const docs = await listAll<NoticeDoc>(model, waiting, { sort: { _id: 1 }, limit: portion });
        await changeMany(
          model,
          docs.map(({ _id, at }) => ({
            updateOne: { filter: { _id, state: 'waiting' }, update: { $set: { nextAt: at, tries: 0 } } },
          })),
        );
        after = docs.at(-1)?._id ?? '';
        if (docs.length < portion) return;
      }
    },
    async removeOf(receiverId: string, state?: NoticeDoc['state']): Promise<void> {
      await model.deleteMany({ receiverId, ...(state ? { state } : {}) });
    },
    /** What was queued before then is forgotten, and with it that it was: events that old are not looked for. */
    async forget(before: Date): Promise<void> {
      await model.deleteMany({ createdAt: { $lt: before } });
    },
  };
}
