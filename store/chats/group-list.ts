import type { Model, QueryFilter } from 'mongoose';
import { changeMany } from '../bulk';
import { listFromNewest, type Page } from '../queries';
import type { ChatDoc } from './chats';
import type { MemberDoc } from './members';

/** Groups to list: of a portal, those that one account sees, with a part of the title. */
export interface GroupFilter {
  portalId: string;
  accountId?: string | undefined;
  text?: string | undefined;
}

interface Groups {
  chats: { model: Model<ChatDoc> };
}

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A page of groups, the newest first. A group of before it was noted who sees it belongs to every account until its next message. */
export function listGroups(
  { chats }: Groups,
  { portalId, accountId, text }: GroupFilter,
  page: Page,
): Promise<ChatDoc[]> {
  const filter: QueryFilter<ChatDoc> = { portalId, kind: 'group' };
  if (accountId !== undefined) filter['seenBy'] = { $in: [accountId, null] };
  if (text !== undefined) filter['title'] = { $regex: escapeRegExp(text), $options: 'i' };
  return listFromNewest(chats.model, filter as Record<string, unknown>, page);
}

/**
 * Notes which accounts see a group, once for each. A write that is lost is made again with the next message; until then the group is
 * missing in that account's list, and nowhere else.
 */
export async function noteSeenBy(
  { chats }: Groups,
  seen: readonly { chat: ChatDoc; accountId: string }[],
): Promise<void> {
  const news = seen.filter(
    ({ chat: { kind, seenBy }, accountId }) => kind === 'group' && !seenBy?.includes(accountId),
  );
  const unique = new Map(news.map((one) => [`${one.chat._id}/${one.accountId}`, one]));
  const changes = [...unique.values()].map(({ chat: { _id }, accountId }) => ({
    updateOne: { filter: { _id }, update: { $addToSet: { seenBy: accountId } } },
  }));
  if (changes.length > 0) await changeMany(chats.model, changes);
}

/** Who is in each of these groups now, as far as they are known as people. */
export async function listPresent(
  { members }: { members: { model: Model<MemberDoc> } },
  chatIds: readonly string[],
): Promise<Pick<MemberDoc, 'chatId' | 'personId'>[]> {
  if (chatIds.length === 0) return [];
  return members.model
    .find({ chatId: { $in: chatIds }, leftAt: null }, { chatId: 1, personId: 1 })
    .lean<Pick<MemberDoc, 'chatId' | 'personId'>[]>()
    .exec();
}
