import { Schema, type Connection } from 'mongoose';
import type { Who } from '../domain/access';
import { newId } from './connection';
import { orNull, required } from './fields';
import { changeOne, findOne, insertOne, listAll, loadOne, unlessTaken } from './queries';

export type OperationKind =
  'changeContact' | 'unlink' | 'bindEarlier' | 'bulk' | 'forget' | 'export' | 'report';

/** A report on a portal that takes a while: the dry run, or how well its phone numbers can be matched. */
export type ReportName = 'link-plan' | 'phone-quality';

/** One thing done with many links: those named, or those that a filter of the list finds. */
export interface BulkWish {
  /**
   * `link`: the people of a portal as its dry run says. `import`: the rows of a list. `undo`: the links that another operation made end.
   * The others are for links.
   */
  action: 'pause' | 'resume' | 'back-up-now' | 'unlink' | 'link' | 'import' | 'undo';
  ids: string[] | null;
  /** As it was asked; times are ISO. */
  filter: Record<string, string | number> | null;
  /** For `unlink` and `undo`. */
  entries: 'keep' | 'remove';
  remember: boolean;
  /** Of an `import`: so many rows are saved before it begins. */
  rows?: number;
  /** Of an `undo`: the operation. */
  of?: string;
}

/** What is done with each of many links. */
export type LinksWish = BulkWish & { action: Exclude<BulkWish['action'], 'link' | 'import' | 'undo'> };

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
  /** Null where it is about many. */
  linkId: string | null;
  kind: OperationKind;
  /** Only of an `export`: whom it is about. */
  personId?: string | undefined;
  /** Absent where an older version wrote it. */
  wish?: Wish;
  /** Only of `bulk`: what is to be done, the key after which it goes on, and the links left as they were, by their problem's code. */
  bulk?: BulkWish;
  /** Only of a `report`; while it runs it is the only one of its name and portal. */
  report?: ReportName;
  only?: string;
  after?: string | null;
  refused?: Record<string, number>;
  /** Only of lists: how many of the others are linked now, or were before. */
  outcomes?: Record<string, number>;
  done: number;
  total: number;
  /** `cancelled`: only a report or an operation on many is. */
  state: 'running' | 'done' | 'failed' | 'cancelled';
  /** Why it failed, or what it waits for, for people; null otherwise. */
  reason: string | null;
  /** Who asked for it; absent: nobody, or an older version wrote it. */
  who?: Who | undefined;
  createdAt: Date;
  /** The last change; absent where an older version wrote it. */
  updatedAt?: Date;
}

type NewOperation = Pick<
  OperationDoc,
  'portalId' | 'linkId' | 'personId' | 'kind' | 'wish' | 'who' | 'bulk' | 'report' | 'only'
> &
  Partial<Pick<OperationDoc, 'total'>>;

const operationSchema = new Schema<OperationDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'kind', 'state'),
    ...required(Number, 'done', 'total'),
    personId: String,
    wish: Schema.Types.Mixed,
    ...orNull(String, 'linkId', 'reason', 'after'),
    bulk: Schema.Types.Mixed,
    report: String,
    only: String,
    refused: Schema.Types.Mixed,
    outcomes: Schema.Types.Mixed,
    ...required(Date, 'createdAt'),
    who: Schema.Types.Mixed,
    updatedAt: Date,
  },
  { versionKey: false },
)
  .index({ linkId: 1, kind: 1, state: 1, _id: -1 })
  .index({ kind: 1, state: 1, _id: 1 })
  .index({ updatedAt: 1 })
  .index({ portalId: 1, report: 1, state: 1, _id: -1 })
  .index({ only: 1 }, { unique: true, sparse: true });

export function createOperations(connection: Connection) {
  const model = connection.model<OperationDoc>('Operation', operationSchema, 'operations');
  return {
    model,
    begin(fresh: NewOperation): Promise<OperationDoc> {
      const now = new Date();
      const begun = { done: 0, total: 0, state: 'running', createdAt: now, updatedAt: now } as const;
      return insertOne<OperationDoc>(model, { _id: newId(), ...begun, ...fresh });
    },
    async progress(operationId: string, done: number, total: number): Promise<void> {
      await model.updateOne(
        { _id: operationId, state: 'running' },
        { $set: { done, total, updatedAt: new Date() } },
      );
    },
    /** The operations on many links that are not at their end. */
    listRunningBulk: (): Promise<OperationDoc[]> =>
      listAll(model, { kind: 'bulk', state: 'running' }, { sort: { _id: 1 } }),
    /** Begins a report, or joins the one of this name and portal that is under way. */
    async beginReport(portalId: string, report: ReportName, who: Who): Promise<OperationDoc> {
      const only = `${portalId}/${report}`;
      const fresh = { portalId, linkId: null, kind: 'report', report, only, who } as const;
      for (;;) {
        const begun = await unlessTaken(() => this.begin(fresh));
        const known = begun ?? (await findOne(model, { only }));
        if (known) return known;
      }
    },
    /** The last one of a portal that came to its end. */
    findLastReport: (portalId: string, report: ReportName): Promise<OperationDoc | null> =>
      findOne(model, { portalId, report, state: 'done' }, { _id: -1 }),
    findRunningReport: (portalId: string, report: ReportName): Promise<OperationDoc | null> =>
      findOne(model, { only: `${portalId}/${report}` }),
    listRunningReports: (): Promise<OperationDoc[]> =>
      listAll(model, { kind: 'report', state: 'running' }, { sort: { _id: 1 } }),
    /** How far a report came, and what it waits for. False: it was cancelled. */
    moveReport: (
      operationId: string,
      place: Partial<Pick<OperationDoc, 'done' | 'total' | 'after' | 'reason'>>,
    ): Promise<boolean> =>
      changeOne(model, { _id: operationId, state: 'running' }, { $set: { ...place, updatedAt: new Date() } }),
    /** False: it had ended before. */
    endReport: (
      operationId: string,
      state: 'done' | 'failed' | 'cancelled',
      reason: string | null,
    ): Promise<boolean> =>
      changeOne(
        model,
        { _id: operationId, kind: 'report', state: 'running' },
        { $set: { state, reason, updatedAt: new Date() }, $unset: { only: 1 } },
      ),
    /** What a portal's reports say holds no longer: they are made anew, those under way, too. */
    async dropReports(portalId: string, report?: ReportName): Promise<void> {
      const named = report === undefined ? { report: { $exists: true } } : { report };
      await model.deleteMany({ portalId, kind: 'report', ...named });
    },
    /** How far an operation on many links came. False: it was cancelled. */
    moveBulk: (
      operationId: string,
      place: Pick<OperationDoc, 'done' | 'total' | 'after' | 'refused' | 'outcomes'>,
    ): Promise<boolean> =>
      changeOne(model, { _id: operationId, state: 'running' }, { $set: { ...place, updatedAt: new Date() } }),
    /** What is done stays done. False: it had ended before. */
    cancelBulk: (operationId: string): Promise<boolean> =>
      changeOne(
        model,
        { _id: operationId, kind: 'bulk', state: 'running' },
        { $set: { state: 'cancelled', updatedAt: new Date() } },
      ),
    async finish(operationId: string, state: 'done' | 'failed', reason: string | null): Promise<void> {
      const finished = { state, reason, updatedAt: new Date() };
      await model.updateOne({ _id: operationId, state: 'running' }, { $set: finished });
    },
    /** The last one of its kind that a link has had carried out. */
    findLastDone: (linkId: string, kind: OperationKind): Promise<OperationDoc | null> =>
      findOne(model, { linkId, kind, state: 'done' }, { _id: -1 }),
    load: (operationId: string): Promise<OperationDoc | null> => loadOne(model, operationId),
  };
}
