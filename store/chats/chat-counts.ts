import type { Model } from 'mongoose';
import type { MessageDoc } from './message-schema';

/** What we hold of a chat. A version is a message itself, an edit, a deletion or a reaction: each is told once. */
export interface Held {
  messages: number;
  versions: number;
  /** In an entry on a page. */
  told: number;
  /** Ingest died before it knew where they belong; the sweep does it. */
  unrouted: number;
  oldestAt: Date | null;
  newestAt: Date | null;
}

export const nothingHeld: Held = {
  ...{ messages: 0, versions: 0, told: 0, unrouted: 0, oldestAt: null, newestAt: null },
};

const countIf = (condition: object) => ({ $sum: { $cond: [condition, 1, 0] } });

/** A chat, and the times whose messages do not count. */
export interface CountedChat {
  chatId: string;
  absences: readonly { from: Date; to: Date }[];
}

/** Counts the versions of some chats, each chat along its index. */
export async function countHeld(
  { model }: { model: Model<MessageDoc> },
  chats: readonly CountedChat[],
): Promise<Map<string, Held>> {
  const $nor = chats.flatMap(({ chatId, absences }) =>
    absences.map(({ from: $gt, to: $lt }) => ({ chatId, 'versions.sentAt': { $gt, $lt } })),
  );
  const counted = await model.aggregate<Held & { _id: string }>([
    { $match: { chatId: { $in: chats.map(({ chatId }) => chatId) } } },
    { $unwind: '$versions' },
    ...($nor.length > 0 ? [{ $match: { $nor } }] : []),
    {
      $group: {
        _id: '$chatId',
        messages: countIf({ $eq: ['$versions.v', 0] }),
        versions: { $sum: 1 },
        told: countIf({ $gt: ['$versions.entryId', null] }),
        routed: countIf({ $gt: ['$versions.routedAt', null] }),
        oldestAt: { $min: '$versions.sentAt' },
        newestAt: { $max: '$versions.sentAt' },
      },
    },
  ]);
  return new Map(
    counted.map(({ _id, ...held }) => {
      const { routed, ...rest } = held as Held & { routed: number };
      return [_id, { ...rest, unrouted: held.versions - routed }];
    }),
  );
}

/** How many messages of a chat were sent within a time. */
export const countSent = (
  { model }: { model: Model<MessageDoc> },
  chatId: string,
  { from, to }: { from: Date; to: Date },
): Promise<number> => {
  const within = { $gte: from, $lte: to };
  const versions = { $elemMatch: { event: 'create' as const, sentAt: within } };
  return model.countDocuments({ chatId, 'versions.sentAt': within, versions }).exec();
};
