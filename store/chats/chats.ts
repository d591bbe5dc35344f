import { Schema, type Connection } from 'mongoose';
import type { Lane } from '../../domain/link';
import { newId } from '../connection';
import { orNull, required } from '../fields';
import {
  againIfTaken,
  changeOne,
  findOne,
  listAll,
  listFromNewest,
  loadOne,
  unlessTaken,
  upsertAndLoad,
  type Page,
} from '../queries';

/** A conversation: direct ones belong to (account, person), a group to (portal, group JID). `key` is unique. */
export interface ChatDoc {
  _id: string;
  key: string;
  portalId: string;
  kind: 'direct' | 'group';
  /** The account of a direct chat; null for a group, which several accounts may see. */
  accountId: string | null;
  personId: string | null;
  groupJid: string | null;
  title: string | null;
  mergedInto: string | null;
  /** The chats that were merged into this one; absent on chats of before. */
  absorbed?: string[];
  /** Per lane, the time of the newest item told on the page: what is much older is late. */
  told: Record<Lane, Date | null>;
}

const chatSchema = new Schema<ChatDoc>(
  {
    _id: String,
    ...required(String, 'key', 'portalId', 'kind'),
    ...orNull(String, 'accountId', 'personId', 'groupJid', 'title', 'mergedInto'),
    absorbed: [String],
    told: {
      type: new Schema(
        { live: { type: Date, default: null }, history: { type: Date, default: null } },
        { _id: false },
      ),
      default: () => ({}),
    },
  },
  { versionKey: false },
)
  .index({ key: 1 }, { unique: true })
  .index({ personId: 1, _id: 1 })
  .index({ portalId: 1, _id: 1 })
  .index({ accountId: 1, _id: 1 });

const directKey = (accountId: string | null, personId: string) => `direct/${accountId}/${personId}`;
const groupKey = (portalId: string, groupJid: string) => `group/${portalId}/${groupJid}`;

export function createChats(connection: Connection) {
  const model = connection.model<ChatDoc>('Chat', chatSchema, 'chats');

  function findOrCreate(fresh: Omit<ChatDoc, '_id' | 'mergedInto' | 'absorbed' | 'told'>): Promise<ChatDoc> {
    const { key, title, ...rest } = fresh;
    const first = { _id: newId(), ...rest, mergedInto: null, told: { live: null, history: null } };
    const $set = title === null ? {} : { title };
    return againIfTaken(() => upsertAndLoad(model, { key }, { $setOnInsert: first, $set }));
  }

  return {
    model,
    findOrCreateDirect: (portalId: string, accountId: string, personId: string): Promise<ChatDoc> =>
      findOrCreate({
        ...{ key: directKey(accountId, personId), portalId, kind: 'direct', accountId, personId },
        ...{ groupJid: null, title: null },
      }),
    findOrCreateGroup: (portalId: string, groupJid: string, title: string | null): Promise<ChatDoc> =>
      findOrCreate({
        ...{ key: groupKey(portalId, groupJid), portalId, kind: 'group', groupJid, title },
        ...{ accountId: null, personId: null },
      }),
    load: (chatId: string): Promise<ChatDoc | null> => loadOne(model, chatId),
    findDirect: (accountId: string, personId: string): Promise<ChatDoc | null> =>
      findOne(model, { key: directKey(accountId, personId) }),
    findGroup: (portalId: string, groupJid: string): Promise<ChatDoc | null> =>
      findOne(model, { key: groupKey(portalId, groupJid) }),
    listDirect: (portalId: string, personId: string): Promise<ChatDoc[]> =>
      listAll(model, { portalId, personId, kind: 'direct' }, { sort: { _id: 1 } }),
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
    /** Notes the newest item told in a lane; never goes back. */
    async moveTold(chatId: string, lane: Lane, at: Date): Promise<void> {
      await model.updateOne({ _id: chatId }, { $max: { [`told.${lane}`]: at } });
    },
  };
}
