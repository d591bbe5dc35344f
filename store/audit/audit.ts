import { Schema, type Connection } from 'mongoose';
import type { Who } from '../../domain/access';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import { insertOne, listFromNewest, type Page } from '../queries';

/** Something that was asked for: by whom, when, about what. Fields by name only: no value, nothing personal of a contact. */
export interface AuditDoc {
  _id: string;
  at: Date;
  /** Null: nobody, it happened by itself, as a deletion by age. */
  by: Who | null;
  /** The name of the API's operation, or a word of its own such as `logIn`. */
  action: string;
  subjectKind: string;
  /** Null: about no one thing, or asked for without its id being known. */
  subjectId: string | null;
  fields: string[];
  /** `asked` stays where the process died before the outcome was written: it may have been done. */
  outcome: 'asked' | 'done' | 'failed';
}

/** What is said of an action. */
export interface AuditNote {
  by: Who | null;
  action: string;
  subject: { kind: string; id: string | null };
  fields?: readonly string[];
}

interface AuditFilter {
  byId?: string | undefined;
  action?: string | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
}

const auditSchema = new Schema<AuditDoc>(
  {
    _id: String,
    ...required(Date, 'at'),
    ...required(String, 'action', 'subjectKind', 'outcome'),
    by: { type: Schema.Types.Mixed, default: null },
    ...orNull(String, 'subjectId'),
    fields: [String],
  },
  { versionKey: false },
)
  .index({ subjectId: 1, _id: -1 })
  .index({ 'by.id': 1, _id: -1 })
  .index({ action: 1, _id: -1 })
  .index({ subjectKind: 1, _id: -1 });

/** The trail of who did what. A row is added and given its outcome; none is changed otherwise. */
export function createAudit(connection: Connection) {
  const model = connection.model<AuditDoc>('Audit', auditSchema, 'audit');
  const add = ({ by, action, subject, fields = [] }: AuditNote, outcome: AuditDoc['outcome']) => {
    const { kind: subjectKind, id: subjectId } = subject;
    const row = { at: new Date(), by, action, subjectKind, subjectId, fields: [...fields], outcome };
    return insertOne<AuditDoc>(model, { _id: newId(), ...row });
  };
  return {
    model,
    /** Something that was done, as looking at a chat, or that a job did by itself. */
    note: async (note: AuditNote): Promise<void> => void (await add(note, 'done')),
    /** Written before a change, so that none is made without its row; gives the row's id for the outcome. */
    begin: async (note: AuditNote): Promise<string> => (await add(note, 'asked'))._id,
    async finish(
      auditId: string,
      ended: Partial<Pick<AuditDoc, 'subjectId'>> & { outcome: 'done' | 'failed' },
    ): Promise<void> {
      await model.updateOne({ _id: auditId, outcome: 'asked' }, { $set: ended });
    },
    /** The request was refused: nothing was changed by it. */
    async drop(auditId: string): Promise<void> {
      await model.deleteOne({ _id: auditId, outcome: 'asked' });
    },
    list: ({ byId, ...filter }: AuditFilter, page: Page): Promise<AuditDoc[]> =>
      listFromNewest(model, { ...filter, 'by.id': byId }, page),
  };
}
