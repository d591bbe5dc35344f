import type { Model } from 'mongoose';
import type { MessageDoc } from './message-schema';

/** The known extent of a chat: the newest and the oldest message, and the ids of those in the newest second. */
export interface ChatExtent {
  newestAt: Date | null;
  oldestAt: Date | null;
  newestIds: string[];
}

const maxNewestIds = 200;

export async function loadChatExtent(model: Model<MessageDoc>, chatId: string): Promise<ChatExtent> {
  const [bounds] = await model.aggregate<{ newestAt: Date; oldestAt: Date }>([
    { $match: { chatId } },
    { $unwind: '$versions' },
    { $match: { 'versions.event': 'create' } },
    { $group: { _id: null, newestAt: { $max: '$versions.sentAt' }, oldestAt: { $min: '$versions.sentAt' } } },
  ]);
  if (!bounds) return { newestAt: null, oldestAt: null, newestIds: [] };
  const second = new Date(Math.floor(bounds.newestAt.getTime() / 1_000) * 1_000);
  const newest = await model
    .find(
      { chatId, versions: { $elemMatch: { event: 'create', sentAt: { $gte: second } } } },
      { stanzaId: 1 },
    )
    .limit(maxNewestIds)
    .lean<{ stanzaId: string }[]>()
    .exec();
  return { ...bounds, newestIds: newest.map(({ stanzaId }) => stanzaId) };
}
