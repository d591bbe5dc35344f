import type { Model } from 'mongoose';
import type { MessageId } from '../../domain/ids';
import { listAll } from '../queries';
import type { EntryDoc } from './entry-schema';

/** What was told of somebody who is forgotten: where it stands, and what is left of its text. */
export const createRewriting = (model: Model<EntryDoc>) => ({
  /** The entries that tell something of these messages, whichever version, part or file. */
  listOfMessages(messageIds: readonly MessageId[]): Promise<EntryDoc[]> {
    // The character after the slash: all items of a message lie between.
    const items = messageIds.map((id) => ({ items: { $elemMatch: { $gte: `${id}/`, $lt: `${id}0` } } }));
    return items.length === 0 ? Promise.resolve([]) : listAll(model, { $or: items });
  },

  /** What is kept of a text, after it was written anew on its page or taken away. */
  async rewrite({ _id }: Pick<EntryDoc, '_id'>, text: string): Promise<void> {
    await model.updateOne({ _id }, { $set: { text }, $unset: { refused: '' } });
  },
});
