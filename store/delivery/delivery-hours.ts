import { Schema, type Connection, type Model } from 'mongoose';
import { insertNew } from '../bulk';
import { required } from '../fields';
import { listAll } from '../queries';
import type { EntryDoc } from './entry-schema';

/**
 * The deliveries of one hour of a portal. `freshness` counts live entries by how long their newest message took to its page: step n is up
 * to 2^(n/4) seconds.
 */
export interface DeliveryHour {
  hour: Date;
  messages: number;
  freshness: Record<string, number>;
}

interface DeliveryHourDoc extends DeliveryHour {
  _id: string;
  portalId: string;
}

const hourSchema = new Schema<DeliveryHourDoc>(
  {
    _id: String,
    ...required(String, 'portalId'),
    ...required(Date, 'hour'),
    ...required(Number, 'messages'),
    freshness: { type: Schema.Types.Mixed, required: true },
  },
  { versionKey: false, minimize: false },
).index({ portalId: 1, hour: 1 });

export const hourMs = 3_600_000;
/** Clocks of two machines differ, and an entry is marked a moment after its time: an hour is closed a little later. */
const closedAfterMs = 5 * 60_000;
const stepsPerDoubling = 4;

const toStep = (ms: number): number => Math.ceil(Math.log2(Math.max(ms, 1_000) / 1_000) * stepsPerDoubling);
export const fromStep = (step: number): number => Math.round(1_000 * 2 ** (step / stepsPerDoubling));

type Delivered = { at: Date; items: number; tookMs: number | null };

/** Portal and time bound it: an index walks along just these entries. */
const listDelivered = (
  entries: Model<EntryDoc>,
  portalId: string,
  from: Date,
  to: Date,
): Promise<Delivered[]> =>
  entries
    .aggregate<Delivered>([
      { $match: { portalId, deliveredAt: { $gte: from, $lt: to } } },
      {
        $project: {
          at: '$deliveredAt',
          items: { $size: '$items' },
          tookMs: { $cond: [{ $eq: ['$lane', 'live'] }, { $subtract: ['$deliveredAt', '$newestAt'] }, null] },
        },
      },
    ])
    .exec();

function addTo(hours: Map<number, DeliveryHour>, { at, items, tookMs }: Delivered): void {
  const hour = hours.get(Math.floor(at.getTime() / hourMs) * hourMs);
  if (!hour) return;
  hour.messages += items;
  if (tookMs === null) return;
  const step = String(toStep(tookMs));
  hour.freshness[step] = (hour.freshness[step] ?? 0) + 1;
}

/**
 * What was delivered by the hour. It is not counted while delivering, which could count twice or not at all, but read from the entries
 * themselves: an hour that is over is read once and kept.
 */
export function createDeliveryHours(connection: Connection) {
  const model = connection.model<DeliveryHourDoc>('DeliveryHour', hourSchema, 'delivery_hours');
  return {
    model,
    /** The last so many hours up to now, oldest first, also those in which nothing was delivered. */
    async listLast(
      { entries }: { entries: { model: Model<EntryDoc> } },
      portalId: string,
      count: number,
      now: Date,
    ): Promise<DeliveryHour[]> {
      const thisHour = Math.floor(now.getTime() / hourMs) * hourMs;
      const wanted = Array.from({ length: count }, (_, index) => thisHour - (count - 1 - index) * hourMs);
      const kept = await listAll(model, { portalId, hour: { $gte: new Date(wanted[0] ?? thisHour) } });
      const known = new Map<number, DeliveryHour>(kept.map((one) => [one.hour.getTime(), one]));
      const missing = wanted.filter((at) => !known.has(at));
      const fresh = new Map(missing.map((at) => [at, { hour: new Date(at), messages: 0, freshness: {} }]));
      const from = new Date(missing[0] ?? thisHour);
      const to = new Date(thisHour + hourMs);
      for (const one of await listDelivered(entries.model, portalId, from, to)) addTo(fresh, one);
      const closed = [...fresh.values()].filter(
        ({ hour }) => hour.getTime() + hourMs + closedAfterMs <= now.getTime(),
      );
      await insertNew(
        model,
        closed.map((one) => ({ _id: `${portalId}/${one.hour.toISOString()}`, portalId, ...one })),
      );
      return wanted.flatMap((at) => known.get(at) ?? fresh.get(at) ?? []);
    },
  };
}
