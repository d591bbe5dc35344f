import { Schema, type Connection } from 'mongoose';
import { isDuplicateKey } from './connection';

interface LeaseDoc {
  _id: string;
  holder: string;
  until: Date;
}

const leaseSchema = new Schema<LeaseDoc>(
  { _id: String, holder: { type: String, required: true }, until: { type: Date, required: true } },
  { versionKey: false },
);

/**
 * Work that one process at a time does, to spare requests: whoever dies holding it loses it after its time. What is done
 * under a lease must be safe without it, since two holders may overlap.
 */
export function createLeases(connection: Connection) {
  const model = connection.model('Lease', leaseSchema, 'leases');
  return {
    model,
    /** False: somebody else holds it. */
    async take(name: string, holder: string, ms: number): Promise<boolean> {
      const now = new Date();
      try {
        await model.updateOne(
          { _id: name, until: { $lte: now } },
          { $set: { holder, until: new Date(now.getTime() + ms) } },
          { upsert: true },
        );
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    /** A holder that is still at work keeps it; one that lost it does not get it back. */
    async renew(name: string, holder: string, ms: number): Promise<void> {
      await model.updateOne({ _id: name, holder }, { $set: { until: new Date(Date.now() + ms) } });
    },
    async release(name: string, holder: string): Promise<void> {
      await model.updateOne({ _id: name, holder }, { $set: { until: new Date(0) } });
    },
  };
}
