import type { Model } from 'mongoose';
import { listAll } from '../queries';
import type { MessageDoc } from './message-schema';

/** The messages of some chats that were sent within a time, both its ends in it. */
export const listSentWithin = (
  { messages: { model } }: { messages: { model: Model<MessageDoc> } },
  chatIds: readonly string[],
  { from, to }: { from: Date; to: Date },
): Promise<MessageDoc[]> =>
  listAll(model, {
    chatId: { $in: [...chatIds] },
    'versions.sentAt': { $gte: from, $lte: to },
  });
