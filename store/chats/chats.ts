import type { Connection } from 'mongoose';
import type { Lane } from '../../domain/link';
import { newId } from '../connection';
import { changeMany, insertNew, listPlain } from '../bulk';
import { chatSchema, type ChatDoc } from './chat-schema';
import { createChatSettings } from './chat-settings';
import { changeOne, findOne, listAll, listFromNewest, loadOne, unlessTaken, type Page } from '../queries';

export type { ChatDoc } from './chat-schema';

/** What names a chat: the account and the person, or the group. */
export type ChatAddress =
  { accountId: string; personId: string } | { groupJid: string; title: string | null };

type NewChat = Omit<
  ChatDoc,
  | '_id'
  | 'key'
  | 'mergedInto'
  | 'absorbed'
  | 'told'
  | 'policy'
  | 'policyAt'
  | 'startedAt'
  | 'seenBy'
  | 'excluded'
>;

const directKey = (accountId: string | null, personId: string) => `direct/${accountId}/${personId}`;
const groupKey = (portalId: string, groupJid: string) => `group/${portalId}/${groupJid}`;

const keyOf = (portalId: string, at: ChatAddress): string =>
  'groupJid' in at ? groupKey(portalId, at.groupJid) : directKey(at.accountId, at.personId);

const toNewChat = (portalId: string, at: ChatAddress): NewChat =>
  'groupJid' in at
    ? { portalId, kind: 'group', accountId: null, personId: null, ...at }
    : { portalId, kind: 'direct', ...at, groupJid: null, title: null };

const toChat = (key: string, fresh: NewChat | undefined): ChatDoc[] =>
  fresh
    ? [{ _id: newId(), key, ...fresh, mergedInto: null, absorbed: [], told: { live: null, history: null } }]
    : [];

export function createChats(connection: Connection) {
  const model = connection.model<ChatDoc>('Chat', chatSchema, 'chats');

  const findByKeys = async (keys: readonly string[]) =>
    (await listPlain(model, { key: { $in: [...keys] } })).map((chat): [string, ChatDoc] => [chat.key, chat]);

  /** The chats by key; the missing ones are made. One that somebody else made, and gave away at once, is made again. */
  async function findOrMake(wanted: ReadonlyMap<string, NewChat>, known: readonly ChatDoc[]) {
    const chats = new Map(known.map((chat) => [chat.key, chat]));
    const listMissing = () => [...wanted.keys()].filter((key) => !chats.has(key));
    for (let looks = 0, missing = listMissing(); missing.length > 0; looks += 1, missing = listMissing()) {
      const fresh = missing.flatMap((key) => toChat(key, wanted.get(key)));
      if (looks > 0) await insertNew(model, fresh);
      for (const [key, chat] of await findByKeys(missing)) chats.set(key, chat);
    }
    return chats;
  }

  /** The title of a group is the last one given. */
  async function retitle(chats: ReadonlyMap<string, ChatDoc>, wanted: readonly [string, NewChat][]) {
    const titles = new Map(wanted.flatMap(([key, { title }]) => (title === null ? [] : [[key, title]])));
    const changed = [...titles].filter(([key, title]) => chats.get(key)?.title !== title);
    const changes = changed.map(([key, title]) => ({
      updateOne: { filter: { key }, update: { $set: { title } } },
    }));
    await changeMany(model, changes);
  }

  return {
    model,
    /** The chats that are meant, in their order; those that are missing are made. `known`: chats that were read just now. */
    async findOrCreate(
      portalId: string,
      refs: readonly ChatAddress[],
      known: readonly ChatDoc[] = [],
    ): Promise<ChatDoc[]> {
      const wanted = refs.map((ref): [string, NewChat] => [keyOf(portalId, ref), toNewChat(portalId, ref)]);
      const chats = await findOrMake(new Map(wanted), known);
      await retitle(chats, wanted);
      return wanted.flatMap(([key]) => chats.get(key) ?? []);
    },
    load: (chatId: string): Promise<ChatDoc | null> => loadOne(model, chatId),
    loadMany: (chatIds: readonly string[]): Promise<ChatDoc[]> =>
      listPlain(model, { _id: { $in: [...chatIds] } }),
    findDirect: (accountId: string, personId: string): Promise<ChatDoc | null> =>
      findOne(model, { key: directKey(accountId, personId) }),
    findGroup: (portalId: string, groupJid: string): Promise<ChatDoc | null> =>
      findOne(model, { key: groupKey(portalId, groupJid) }),
    listDirect: (portalId: string, personId: string): Promise<ChatDoc[]> =>
      listAll(model, { portalId, personId, kind: 'direct' }, { sort: { _id: 1 } }),
    /** The people who have a chat with an account, so many at most. */
    async listPeopleOf(accountId: string, limit: number): Promise<string[]> {
      const ofAccount = model.find({ accountId, kind: 'direct' }, { _id: 0, personId: 1 }).limit(limit);
      const found = await ofAccount.lean<Pick<ChatDoc, 'personId'>[]>().exec();
      return found.flatMap(({ personId }) => personId ?? []);
    },
    /** Those of the people who have a chat with an account. */
    async whichPeople(accountId: string, personIds: readonly string[]): Promise<Set<string>> {
      const keys = personIds.map((personId) => directKey(accountId, personId));
      return new Set(
        (await listAll(model, { key: { $in: keys } })).flatMap(({ personId }) => personId ?? []),
      );
    },
    /** The chats that accounts have with each of these people. */
    listOfPeople: (personIds: readonly string[]): Promise<ChatDoc[]> =>
      personIds.length === 0
        ? Promise.resolve([])
        : listPlain(model, { personId: { $in: [...personIds] }, kind: 'direct' }),
    /** A page of chats, newest first. */
    list: (
      filter: {
        portalId?: string | undefined;
        accountId?: string | undefined;
        personId?: string | undefined;
      },
      page: Page,
    ): Promise<ChatDoc[]> => listFromNewest(model, filter, page),
    /** Gives a direct chat to the person its own was merged into. False when that one has a chat of this account. */
    async giveTo({ _id, accountId }: ChatDoc, from: string, to: string): Promise<boolean> {
      const $set = { personId: to, key: directKey(accountId, to) };
      const give = () => changeOne(model, { _id, personId: from, mergedInto: null }, { $set });
      return (await unlessTaken(give)) ?? false;
    },
    /** The permanent mark of a chat whose messages go over to another one, which knows of it before. */
    async markMerged(chatId: string, into: string): Promise<void> {
      await model.updateOne({ _id: into }, { $addToSet: { absorbed: chatId } });
      await model.updateOne({ _id: chatId, mergedInto: null }, { $set: { mergedInto: into } });
    },
    ...createChatSettings(model),
    /** Notes the newest item told in a lane; never goes back. */
    async moveTold(chatId: string, lane: Lane, at: Date): Promise<void> {
      await model.updateOne({ _id: chatId }, { $max: { [`told.${lane}`]: at } });
    },
  };
}
