import type { Model } from 'mongoose';
import type { GroupPolicy } from '../../domain/groups/policy';
import type { Excluded } from '../../domain/privacy/excluded';
import { changeAndLoad, loadOne } from '../queries';
import type { ChatDoc } from './chat-schema';

/** What people decide about a chat. */
export const createChatSettings = (model: Model<ChatDoc>) => ({
  /** The group's own policy, or null for the portal's. Null when it is no group. */
  setPolicy: (chatId: string, policy: GroupPolicy | null): Promise<ChatDoc | null> =>
    changeAndLoad(model, { _id: chatId, kind: 'group' }, { $set: { policy, policyAt: new Date() } }),
  /** Nothing more is taken in of a chat, or (null) it is again. */
  setExcluded: (chatId: string, excluded: Excluded | null): Promise<ChatDoc | null> =>
    changeAndLoad(model, { _id: chatId }, { $set: { excluded } }),
  /** The beginning of a group, set once. Gives the one that holds. */
  async beginGroup(chatId: string, startedAt: Date): Promise<Date> {
    await model.updateOne({ _id: chatId, startedAt: { $exists: false } }, { $set: { startedAt } });
    return (await loadOne(model, chatId))?.startedAt ?? startedAt;
  },
});
