import type { Model } from 'mongoose';
import type { MessageDoc } from '../chats/message-schema';

/** A time whose messages came only after it had ended. */
interface Missed {
  from: Date;
  to: Date;
}

/** So many messages of these chats were sent in a gap and came after it. Counted from what is stored, so that no crash makes it wrong. */
export const countFound = (
  { messages: { model } }: { messages: { model: Model<MessageDoc> } },
  chatIds: readonly string[],
  { from, to }: Missed,
): Promise<number> =>
  model
    .countDocuments({
      chatId: { $in: [...chatIds] },
      'versions.sentAt': { $gte: from, $lte: to },
      versions: {
        $elemMatch: { event: 'create', sentAt: { $gte: from, $lte: to }, arrivedAt: { $gt: to } },
      },
    })
    .exec();
