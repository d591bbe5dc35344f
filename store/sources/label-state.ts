import type { Model, Schema } from 'mongoose';
import { listHiddenLabels } from '../../domain/source/labels';
import type { WithPolicy } from './policies';

/** How far an account's labels are known; absent where nobody asked for them. */
export interface LabelState {
  /** Counts what may have changed them: a rule, an event, a session that begins to work. */
  labelChanges?: number;
  /** The count that the last reading covers: equal to it, the labels are known. */
  labelsRead?: number;
  labelsReadAt?: Date | null;
  /** Since when they are to be read; absent: they are. */
  labelsUnreadSince?: Date;
}

export const labelFields = {
  labelChanges: Number,
  labelsRead: Number,
  labelsReadAt: Date,
  labelsUnreadSince: Date,
} satisfies Record<keyof LabelState, unknown> & Record<string, Schema['obj'][string]>;

interface Labelled extends LabelState, WithPolicy {
  _id: string;
  kind: string;
}

/** Whether messages of the account wait, because its labels were not read since something may have changed them. Clients of ingest say them of each chat. */
export const waitsForLabels = ({ kind, policy, labelChanges = 0, labelsRead = 0 }: Labelled): boolean =>
  kind !== 'ingest' && listHiddenLabels(policy).length > 0 && labelChanges !== labelsRead;

export function createLabelState<Doc extends Labelled>(given: Model<Doc>) {
  const model = given as unknown as Model<Labelled>;
  return {
    /** Something may have changed the labels: what comes from now on waits until they are read. Written before the source gets its answer. */
    async noteLabelChange(accountId: string, at: Date): Promise<void> {
      const change = { $inc: { labelChanges: 1 }, $min: { labelsUnreadSince: at } };
      await model.updateOne({ _id: accountId }, change);
    },
    /** They were read. False: something changed them meanwhile, and they are to be read again. */
    async noteLabelsRead(accountId: string, labelChanges: number, at: Date): Promise<boolean> {
      const $set = { labelsRead: labelChanges, labelsReadAt: at };
      const read = { $set, $unset: { labelsUnreadSince: '' as const } };
      return (await model.updateOne({ _id: accountId, labelChanges }, read)).matchedCount === 1;
    },
  };
}
