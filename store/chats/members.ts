import { Schema, type Connection } from 'mongoose';
import { changeMany, insertNew } from '../bulk';
import { orNull, required } from '../fields';
import { changeOne, listAll, loadOne } from '../queries';

/** A person known to be in a group, or named to have it. `_id` is `<chatId>/<personId>`. */
export interface MemberDoc {
  _id: string;
  portalId: string;
  chatId: string;
  personId: string;
  since: Date;
  /** The first time they spoke in it; null: never seen to. */
  spokeAt: Date | null;
  /** Null while they are in it. */
  leftAt: Date | null;
  /** Grows with every entry that could not be shown on their page yet; 0: none. */
  missed: number;
  /** The operation that brings what the group said before onto their page; absent or null: none does. */
  operationId?: string | null;
}

const memberSchema = new Schema<MemberDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'chatId', 'personId'),
    ...required(Date, 'since'),
    ...orNull(Date, 'spokeAt', 'leftAt'),
    missed: { type: Number, default: 0 },
    operationId: String,
  },
  { versionKey: false },
)
  .index({ chatId: 1, personId: 1 })
  .index({ personId: 1, chatId: 1 });

/** A person in a group. */
export type Membership = Pick<MemberDoc, 'portalId' | 'chatId' | 'personId'>;

/** Somebody who is in a group at a time. */
export type Entered = Membership & { at: Date };

const idOf = ({ chatId, personId }: Pick<MemberDoc, 'chatId' | 'personId'>) => `${chatId}/${personId}`;

const toMember = (membership: Membership, since: Date, spokeAt: Date | null): MemberDoc => ({
  ...{ _id: idOf(membership), ...membership, since, spokeAt },
  ...{ leftAt: null, missed: 0 },
});

/** Who is in which group. A merge of people moves them to the survivor. */
export function createMembers(connection: Connection) {
  const model = connection.model<MemberDoc>('Member', memberSchema, 'members');
  const listByIds = (ids: readonly string[]): Promise<MemberDoc[]> => listAll(model, { _id: { $in: ids } });

  /** Adds those who are not known as members, and takes back those who had left before. Safe to repeat. */
  async function enter(entered: readonly Entered[], hasSpoken = false): Promise<void> {
    const wanted = new Map(entered.map((one) => [idOf(one), one]));
    if (wanted.size === 0) return;
    const known = new Map((await listByIds([...wanted.keys()])).map((one) => [one._id, one]));
    const fresh = [...wanted].flatMap(([id, { at, ...one }]) =>
      known.has(id) ? [] : [toMember(one, at, hasSpoken ? at : null)],
    );
    await insertNew(model, fresh);
    const changes = [...known].flatMap(([_id, { leftAt, spokeAt }]) => {
      const at = wanted.get(_id)?.at ?? new Date(0);
      const isBack = leftAt !== null && leftAt < at;
      const isFirst = hasSpoken && spokeAt === null;
      if (!isBack && !isFirst) return [];
      const $set = { ...(isBack ? { leftAt: null } : {}), ...(isFirst ? { spokeAt: at } : {}) };
      return [{ updateOne: { filter: { _id, leftAt }, update: { $set } } }];
    });
    await changeMany(model, changes);
  }

  return {
    model,
    enter,
    /** Makes rounds of these people look at the group, though they are not in it: one was named, or it is to be shown to them. */
    async watch(memberships: readonly Membership[], at: Date): Promise<void> {
      const watched = memberships.map((one) => ({ ...toMember(one, at, null), leftAt: at }));
      await insertNew(model, watched);
    },
    /** They are no longer in the group; what they have of it stays. */
    async leave(chatId: string, personIds: readonly string[], at: Date): Promise<void> {
      if (personIds.length === 0) return;
      await model.updateMany(
        { chatId, personId: { $in: personIds }, leftAt: null },
        { $set: { leftAt: at } },
      );
    },
    listOfChat: (chatId: string): Promise<MemberDoc[]> => listAll(model, { chatId }),
    listOfPerson: (personId: string): Promise<MemberDoc[]> => listAll(model, { personId }),
    listOfPeople: (personIds: readonly string[]): Promise<MemberDoc[]> =>
      personIds.length === 0 ? Promise.resolve([]) : listAll(model, { personId: { $in: personIds } }),
    /** An entry waits for these people's pages: their next rounds look for it. After the entry itself says so. */
    async noteMissed(chatId: string, personIds: readonly string[]): Promise<void> {
      if (personIds.length === 0) return;
      await model.updateMany({ chatId, personId: { $in: personIds } }, { $inc: { missed: 1 } });
    },
    find: (chatId: string, personId: string): Promise<MemberDoc | null> =>
      loadOne(model, idOf({ chatId, personId })),
    /** Gives a running operation to a member. False: another one was first. */
    beginEarlier: ({ _id, operationId = null }: MemberDoc, next: string): Promise<boolean> =>
      changeOne(model, { _id, operationId }, { $set: { operationId: next } }),
    /** All that was missed is on the page; what was missed since it was read keeps it. */
    async clearMissed({ _id, missed }: MemberDoc): Promise<void> {
      await model.updateOne({ _id, missed }, { $set: { missed: 0, operationId: null } });
    },
    /** Moves a merged person's memberships to the survivor. Safe to repeat: the loser's goes last. */
    async giveTo(from: string, to: string): Promise<void> {
      for (const member of await listAll(model, { personId: from })) {
        const { portalId, chatId, since, spokeAt, leftAt, missed } = member;
        const membership = { portalId, chatId, personId: to };
        await insertNew(model, [{ ...toMember(membership, since, null), leftAt }]);
        if (leftAt === null) await enter([{ ...membership, at: new Date() }]);
        if (spokeAt !== null) await enter([{ ...membership, at: spokeAt }], true);
        if (missed > 0) await model.updateOne({ _id: idOf(membership) }, { $inc: { missed } });
        await model.deleteOne({ _id: member._id });
      }
    },
  };
}
