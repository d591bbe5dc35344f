import type { Model } from 'mongoose';
import { groupBy } from '../../domain/group-by';
import { changeMany, insertNew, listPlain } from '../bulk';
import { listAll } from '../queries';
import type { MessageDoc, MessageVersion } from './message-schema';

/** A known message with versions that are yet to be stored, from number `from` on. */
export interface GrownMessage {
  message: MessageDoc;
  from: number;
}

export type MessageKey = Pick<MessageDoc, 'chatId' | 'key'>;

/** One change for all versions of one number; of those alone that are `as` said. */
export const toVersionChanges = (
  versions: readonly { messageId: string; v: number }[],
  as: Pick<Partial<MessageVersion>, 'routedAt'>,
  set: Pick<Partial<MessageVersion>, 'routedAt' | 'entryId'>,
) =>
  [...groupBy(versions, ({ v }) => v)].map(([v, those]) => ({
    updateMany: {
      filter: { _id: { $in: those.map(({ messageId }) => messageId) } },
      update: {
        $set: Object.fromEntries(
          Object.entries(set).map(([name, value]) => [`versions.$[version].${name}`, value]),
        ),
      },
      arrayFilters: [
        Object.fromEntries(Object.entries({ v, ...as }).map(([name, value]) => [`version.${name}`, value])),
      ],
    },
  }));

export function createMessageBulk(model: Model<MessageDoc>) {
  /** The ids of those that somebody else changed meanwhile. Which ones is asked only where the count is short. */
  async function pushMany(grown: readonly GrownMessage[]): Promise<string[]> {
    const changes = grown.map(({ message: { _id, versions }, from }) => ({
      updateOne: {
        filter: { _id, versions: { $size: from } },
        update: { $push: { versions: { $each: versions.slice(from) } } },
      },
    }));
    if ((await changeMany(model, changes)) === grown.length) return [];
    const ids = grown.map(({ message }) => message._id);
    const stored = new Map((await listAll(model, { _id: { $in: ids } })).map((one) => [one._id, one]));
    const isOurs = ({ message: { _id, versions }, from }: GrownMessage) => {
      const there = stored.get(_id)?.versions[from];
      return (
        there?.change === versions[from]?.change &&
        there?.arrivedAt.getTime() === versions[from]?.arrivedAt.getTime()
      );
    };
    return grown.filter((one) => !isOurs(one)).map(({ message }) => message._id);
  }

  return {
    /** The messages with these keys in these chats. */
    async findMany(wanted: readonly MessageKey[]): Promise<MessageDoc[]> {
      const keys = groupBy(wanted, ({ chatId }) => chatId);
      const $or = [...keys].map(([chatId, those]) => ({ chatId, key: { $in: those.map(({ key }) => key) } }));
      return $or.length === 0 ? [] : listPlain(model, { $or });
    },

    /**
     * Stores new messages, and new versions (from `from` on) of known ones. Gives the ids of the messages that another
     * writer changed or stored first: nothing of those is written.
     */
    async saveMany(fresh: readonly MessageDoc[], grown: readonly GrownMessage[]): Promise<Set<string>> {
      const [taken, lost] = await Promise.all([insertNew(model, fresh), pushMany(grown)]);
      return new Set([...fresh.filter((_, index) => taken.has(index)).map(({ _id }) => _id), ...lost]);
    },

    /** Marks versions as routed: the last write of their ingest. */
    async markRouted(versions: readonly { messageId: string; v: number }[], at: Date): Promise<void> {
      await changeMany(model, toVersionChanges(versions, { routedAt: null }, { routedAt: at }));
    },
  };
}
