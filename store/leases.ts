import { Schema, type Connection } from 'mongoose';
import { unlessTaken } from './queries';

interface LeaseDoc {
  _id: string;
  holder: string;
  until: Date;
}

const leaseSchema = new Schema<LeaseDoc>(
  { _id: String, holder: { type: String, required: true }, until: { type: Date, required: true } },
  { versionKey: false },
);

/** `0` comes after the slash. */
const toNamed = (prefix: string) => ({ $gte: prefix, $lt: `${prefix.slice(0, -1)}0` });

/**
 * Work that one process at a time does, to spare requests: a dead holder loses it after its time. The work must be safe
 * without its lease, since two holders may overlap.
 */
export function createLeases(connection: Connection) {
  const model = connection.model<LeaseDoc>('Lease', leaseSchema, 'leases');
  return {
    model,
    /** False: another holder has it. */
    async take(name: string, holder: string, ms: number): Promise<boolean> {
      const now = new Date();
      const free = { _id: name, until: { $lte: now } };
      const $set = { holder, until: new Date(now.getTime() + ms) };
      return (await unlessTaken(() => model.updateOne(free, { $set }, { upsert: true }))) !== null;
    },
    /** A holder that is still at work keeps it; one that lost it does not get it back. */
    async renew(name: string, holder: string, ms: number): Promise<void> {
      await model.updateOne({ _id: name, holder }, { $set: { until: new Date(Date.now() + ms) } });
    },
    /** Whether somebody has it now. */
    isTaken: async (name: string): Promise<boolean> =>
      (await model.exists({ _id: name, until: { $gt: new Date() } })) !== null,
    /** Whether somebody has one whose name begins so, with a slash at its end. */
    isAnyTaken: async (prefix: string): Promise<boolean> => {
      return (await model.exists({ _id: toNamed(prefix), until: { $gt: new Date() } })) !== null;
    },
    /** Those of such a name that ended long ago will not be taken again. */
    async forget(prefix: string, before: Date): Promise<void> {
      await model.deleteMany({ _id: toNamed(prefix), until: { $lt: before } });
    },
    async release(name: string, holder: string): Promise<void> {
      await model.updateOne({ _id: name, holder }, { $set: { until: new Date(0) } });
    },
  };
}
