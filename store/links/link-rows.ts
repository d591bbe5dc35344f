import { Schema, type Connection } from 'mongoose';
import { changeMany, insertNew } from '../bulk';
import { orNull, required } from '../fields';
import { listFromOldest, type Page } from '../queries';

/**
 * The fate of a row: `linked` by its operation; `already`: linked to this very contact before; `refused`: see its code;
 * `left_to_a_person`: nobody or several have the number.
 */
export type LinkRowOutcome = 'linked' | 'already' | 'left_to_a_person' | 'refused';

/** A row of a list of links to be made. Number and name are kept until it is worked off, and no longer. */
export interface LinkRowDoc {
  /** `<operation>/<row>`, in the order of the rows. */
  _id: string;
  operationId: string;
  /** Its number in what was sent. */
  row: number;
  e164: string | null;
  name: string | null;
  /** Null: whoever has the number. */
  crmContactId: number | null;
  /** Null: not worked off yet. */
  outcome: LinkRowOutcome | null;
  /** The problem's code, where it was refused. */
  code: string | null;
  linkId: string | null;
}

export type NewLinkRow = Pick<LinkRowDoc, 'row' | 'e164' | 'name' | 'crmContactId'>;
export type LinkRowResult = Pick<LinkRowDoc, '_id' | 'outcome' | 'code' | 'linkId'>;

const rowSchema = new Schema<LinkRowDoc>(
  {
    _id: String,
    ...required(String, 'operationId'),
    ...required(Number, 'row'),
    ...orNull(String, 'e164', 'name', 'outcome', 'code', 'linkId'),
    ...orNull(Number, 'crmContactId'),
  },
  { versionKey: false },
);

const atOnce = 1_000;
const toId = (operationId: string, row: number): string => `${operationId}/${String(row).padStart(7, '0')}`;
/** Ids of one operation stand together. */
const idsOf = (operationId: string) => ({ $gt: `${operationId}/`, $lt: `${operationId}0` });

/** Rows of lists, by which many links are made. */
export function createLinkRows(connection: Connection) {
  const model = connection.model<LinkRowDoc>('LinkRow', rowSchema, 'link_rows');
  return {
    model,
    /** Saved again they are as they were. */
    async add(operationId: string, rows: readonly NewLinkRow[]): Promise<void> {
      for (let from = 0; from < rows.length; from += atOnce) {
        const docs = rows.slice(from, from + atOnce).map((row) => ({
          ...{ _id: toId(operationId, row.row), operationId, ...row },
          ...{ outcome: null, code: null, linkId: null },
        }));
        await insertNew(model, docs);
      }
    },
    countOf: (operationId: string): Promise<number> =>
      model.countDocuments({ _id: idsOf(operationId) }).exec(),
    listOf: (operationId: string, outcome: LinkRowOutcome | undefined, page: Page): Promise<LinkRowDoc[]> =>
      listFromOldest(model, { $and: [{ _id: idsOf(operationId) }, ...(outcome ? [{ outcome }] : [])] }, page),
    /** What became of rows; whom they were about is not kept. */
    async finish(results: readonly LinkRowResult[]): Promise<void> {
      const done = results.map(({ _id, ...result }) => ({
        updateOne: { filter: { _id }, update: { $set: { ...result, e164: null, name: null } } },
      }));
      await changeMany(model, done);
    },
    /** The rows that are not worked off keep their places only. */
    async forget(operationId: string): Promise<void> {
      const open = { _id: idsOf(operationId), outcome: null };
      await model.updateMany(open, { $set: { e164: null, name: null } });
    },
  };
}
