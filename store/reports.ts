import { Schema, type Connection } from 'mongoose';
import { required } from './fields';
import { findOne, listAll } from './queries';

/** A piece of a report, as it was worked out: the people or contacts of a portion, or of its result. */
interface ReportPageDoc {
  /** `<operation>/<part>/<place>`: a portion that is worked out again takes its own place. */
  _id: string;
  operationId: string;
  portalId: string;
  part: string;
  place: number;
  items: object[];
  at: Date;
}

export type ReportPage = Omit<ReportPageDoc, '_id' | 'at'>;

const pageSchema = new Schema<ReportPageDoc>(
  {
    _id: String,
    ...required(String, 'operationId', 'portalId', 'part'),
    ...required(Number, 'place'),
    items: { type: [Schema.Types.Mixed], required: true } as never,
    ...required(Date, 'at'),
  },
  { versionKey: false },
)
  .index({ operationId: 1, part: 1, place: 1 })
  .index({ portalId: 1 })
  .index({ at: 1 });

/** What reports found, for as long as they are served: names and numbers are in it, so it is not kept long. */
export function createReports(connection: Connection) {
  const model = connection.model<ReportPageDoc>('ReportPage', pageSchema, 'report_pages');
  return {
    model,
    async save(page: ReportPage): Promise<void> {
      const _id = `${page.operationId}/${page.part}/${page.place}`;
      await model.replaceOne({ _id }, { ...page, at: new Date() }, { upsert: true });
    },
    find: (operationId: string, part: string, place: number): Promise<ReportPageDoc | null> =>
      findOne(model, { operationId, part, place }),
    /** The next pages of a part, in their order. */
    list: (operationId: string, part: string, fromPlace: number, limit: number): Promise<ReportPageDoc[]> =>
      listAll(model, { operationId, part, place: { $gte: fromPlace } }, { sort: { place: 1 }, limit }),
    async remove(operationId: string, part?: string): Promise<void> {
      await model.deleteMany(part === undefined ? { operationId } : { operationId, part });
    },
    async removeOfPortal(portalId: string): Promise<void> {
      await model.deleteMany({ portalId });
    },
    /** Forgets what was worked out before then, but not what is still worked on. */
    async removeOld(before: Date, running: readonly string[]): Promise<void> {
      await model.deleteMany({ at: { $lt: before }, operationId: { $nin: running } });
    },
  };
}
