import { Schema, type Connection } from 'mongoose';
import { required } from '../fields';
import { listAll } from '../queries';

/** A comment of ours that a page showed when it was looked at after a restore, and the items that it tells. */
export interface ShownComment {
  contactId: number;
  commentId: number;
  marker: string;
  prints: string[];
}

/** What a contact's page showed of ours since the backup: ids and markers, no texts. Written once for each restore, before anything is posted there. */
interface RestoredPageDoc {
  /** `<portalId>/<contactId>`. */
  _id: string;
  epoch: string;
  contactId: number;
  lookedAt: Date;
  comments: Omit<ShownComment, 'contactId'>[];
}

const schema = new Schema<RestoredPageDoc>(
  {
    _id: String,
    ...required(String, 'epoch'),
    ...required(Number, 'contactId'),
    ...required(Date, 'lookedAt'),
    comments: [new Schema({ commentId: Number, marker: String, prints: { type: [String] } }, { _id: false })],
  },
  { versionKey: false },
);

const toId = (portalId: string, contactId: number): string => `${portalId}/${contactId}`;

export function createRestoredPages(connection: Connection) {
  const model = connection.model<RestoredPageDoc>('RestoredPage', schema, 'restored_pages');
  return {
    model,
    /** The comments of those pages that were looked at since this restore, by their contacts. */
    async listOf(
      portalId: string,
      contactIds: readonly number[],
      epoch: string,
    ): Promise<Map<number, ShownComment[]>> {
      const ids = contactIds.map((contactId) => toId(portalId, contactId));
      const pages = await listAll(model, { _id: { $in: ids } });
      return new Map(
        pages
          .filter((page) => page.epoch === epoch)
          .map(({ contactId, comments }) => [contactId, comments.map((one) => ({ ...one, contactId }))]),
      );
    },
    async save(
      portalId: string,
      contactId: number,
      { epoch, comments }: Pick<RestoredPageDoc, 'epoch' | 'comments'>,
    ): Promise<void> {
      const $set = { epoch, contactId, comments, lookedAt: new Date() };
      await model.updateOne({ _id: toId(portalId, contactId) }, { $set }, { upsert: true });
    },
  };
}
