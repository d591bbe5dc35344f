import type { Model } from 'mongoose';
import type { MessageDoc } from './message-schema';

/** The known extent of a chat: the newest and the oldest message, and the ids of those in the newest second. */
export interface ChatExtent {
  newestAt: Date | null;
  oldestAt: Date | null;
  newestIds: string[];
}

const maxNewestIds = 200;

type Timed = Pick<MessageDoc, '_id' | 'stanzaId' | 'versions'>;

/** The time of a message itself; null while only changes of it are known. */
const sentAtOf = ({ versions }: Timed): number | null =>
  versions.find(({ event }) => event === 'create')?.sentAt.getTime() ?? null;

const timesOf = ({ versions }: Timed): number[] => versions.map(({ sentAt }) => sentAt.getTime());

/**
 * Both ends are read along the times of versions and no further than where no message can be newer, or older, than the one found:
 * a change of an old message may come before a new one.
 */
export async function loadChatExtent(model: Model<MessageDoc>, chatId: string): Promise<ChatExtent> {
  const along = (order: 1 | -1) =>
    model
      .find({ chatId }, { stanzaId: 1, 'versions.event': 1, 'versions.sentAt': 1 })
      .sort({ 'versions.sentAt': order })
      .lean<Timed[]>()
      .cursor({ batchSize: 50 });
  let newest: number | null = null;
  const seen: { at: number; message: Timed }[] = [];
  for await (const message of along(-1)) {
    if (newest !== null && Math.max(...timesOf(message)) < toSecond(newest)) break;
    const at = sentAtOf(message);
    if (at === null) continue;
    newest = Math.max(newest ?? at, at);
    seen.push({ at, message });
  }
  let oldest: number | null = null;
  for await (const message of along(1)) {
    if (oldest !== null && Math.min(...timesOf(message)) > oldest) break;
    const at = sentAtOf(message);
    if (at !== null) oldest = Math.min(oldest ?? at, at);
  }
  if (newest === null || oldest === null) return { newestAt: null, oldestAt: null, newestIds: [] };
  const second = toSecond(newest);
  const ofSecond = seen.flatMap(({ at, message }) => (at >= second ? [message] : []));
  const newestIds = ofSecond.sort((a, b) => (a._id < b._id ? -1 : 1)).map(({ stanzaId }) => stanzaId);
  return {
    newestAt: new Date(newest),
    oldestAt: new Date(oldest),
    newestIds: newestIds.slice(0, maxNewestIds),
  };
}

const toSecond = (ms: number): number => Math.floor(ms / 1_000) * 1_000;
