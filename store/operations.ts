import { Schema, type Connection } from 'mongoose';
import { newId } from './connection';
import { orNull, required } from './fields';
import { findOne, insertOne, loadOne } from './queries';

export type OperationKind = 'changeContact' | 'unlink';

/** The wish behind an operation, by which a repeated request is known. */
export interface Wish {
  crmContactId: number | null;
  entries: 'keep' | 'move' | 'remove';
  remember: boolean;
}

/** A change of a link that takes a while: how far it is. Survives a crash; run again it goes on. */
export interface OperationDoc {
  _id: string;
  portalId: string;
  linkId: string;
  kind: OperationKind;
  /** Absent where an older version wrote it. */
  wish?: Wish;
  done: number;
  total: number;
  state: 'running' | 'done' | 'failed';
  /** Why it failed, for people; null otherwise. */
  reason: string | null;
  createdAt: Date;
}

const operationSchema = new Schema<OperationDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'linkId', 'kind', 'state'),
    ...required(Number, 'done', 'total'),
    wish: Schema.Types.Mixed,
    ...orNull(String, 'reason'),
    ...required(Date, 'createdAt'),
  },
  { versionKey: false },
)
  .index({ linkId: 1, kind: 1, state: 1, _id: -1 })
  .index({ state: 1 })
  .index({ createdAt: 1 });

export function createOperations(connection: Connection) {
  const model = connection.model<OperationDoc>('Operation', operationSchema, 'operations');
  return {
    model,
    begin(fresh: Pick<OperationDoc, 'portalId' | 'linkId' | 'kind' | 'wish'>): Promise<OperationDoc> {
      const counts = { done: 0, total: 0, state: 'running', createdAt: new Date() } as const;
      return insertOne<OperationDoc>(model, { _id: newId(), ...fresh, ...counts });
    },
    async progress(operationId: string, done: number, total: number): Promise<void> {
      await model.updateOne({ _id: operationId, state: 'running' }, { $set: { done, total } });
    },
    async finish(operationId: string, state: 'done' | 'failed', reason: string | null): Promise<void> {
      await model.updateOne({ _id: operationId, state: 'running' }, { $set: { state, reason } });
    },
    /** The last one of its kind that a link has had carried out. */
    findLastDone: (linkId: string, kind: OperationKind): Promise<OperationDoc | null> =>
      findOne(model, { linkId, kind, state: 'done' }, { _id: -1 }),
    load: (operationId: string): Promise<OperationDoc | null> => loadOne(model, operationId),
  };
}
