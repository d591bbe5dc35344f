import { Schema, type Connection } from 'mongoose';
import { orNull, required } from '../fields';
import { loadOne } from '../queries';

/**
 * The last restore of this database. Written first, as `restoring`: from then on no process begins, and those that run end. Once all is there it is
 * `restored`, and its time stays as the one from which on pages may show what this store does not know.
 */
export interface RestoreDoc {
  _id: 'last';
  state: 'restoring' | 'restored';
  /** Another one with every restore. */
  epoch: string;
  /** When the backup began. */
  backupAt: Date;
  begunAt: Date;
  restoredAt: Date | null;
}

const schema = new Schema<RestoreDoc>(
  {
    _id: String,
    ...required(String, 'state', 'epoch'),
    ...required(Date, 'backupAt', 'begunAt'),
    ...orNull(Date, 'restoredAt'),
  },
  { versionKey: false },
);

export function createRestores(connection: Connection) {
  const model = connection.model<RestoreDoc>('Restore', schema, 'restores');
  let known: Promise<RestoreDoc | null> | null = null;
  return {
    model,
    load: (): Promise<RestoreDoc | null> => loadOne(model, 'last'),
    /** The restore that this store comes from; null: it was never restored. Asked once: every process ends before there is another. */
    current(): Promise<RestoreDoc | null> {
      known ??= loadOne(model, 'last');
      known.catch(() => (known = null));
      return known;
    },
    async begin(epoch: string, backupAt: Date): Promise<void> {
      const $set = { state: 'restoring', epoch, backupAt, begunAt: new Date(), restoredAt: null } as const;
      await model.updateOne({ _id: 'last' }, { $set }, { upsert: true });
    },
    /** It was asked for by mistake, and nothing was changed. */
    async giveUp(before: RestoreDoc | null): Promise<void> {
      if (before) await model.replaceOne({ _id: 'last' }, before);
      else await model.deleteOne({ _id: 'last' });
    },
    async finish(): Promise<void> {
      await model.updateOne({ _id: 'last' }, { $set: { state: 'restored', restoredAt: new Date() } });
    },
  };
}
