import { Schema, type Connection } from 'mongoose';
import { wasNeverIn, type Absence } from '../../domain/groups/presence';
import type { Lane } from '../../domain/link';
import { changeMany, insertNew, listPlain } from '../bulk';
import { orNull, required } from '../fields';
import { changeOne, listAll, loadOne, toPages } from '../queries';

/**
 * The messages of one lane of a group that are on a member's page: `items`. `before` of them are in entries up to the number `through`,
 * with which nothing can happen any more on that page.
 */
export interface CountedLane {
  items: number;
  before: number;
  through: number;
}

/** A person known to be in a group, or named to have it. `_id` is `<chatId>/<personId>`. */
export interface MemberDoc {
  _id: string;
  portalId: string;
  chatId: string;
  personId: string;
  since: Date;
  /** The first time they spoke in it; null: never seen to. */
  spokeAt: Date | null;
  /** The newest sign that they were in it; absent: none since it is noted. */
  seenAt?: Date;
  /** Null while they are in it. */
  leftAt: Date | null;
  /** From when to when they were out of it, of those who came back. */
  absences?: Absence[];
  /** Grows with every entry that could not be shown on their page yet; 0: none. */
  missed: number;
  /** The operation that brings what the group said before onto their page; absent or null: none does. */
  operationId?: string | null;
  /** The messages of the group on their page, by lane, in this epoch of their link; absent: to be counted from the beginning. */
  onPage?: Record<Lane, CountedLane> & { epoch: number };
}

const memberSchema = new Schema<MemberDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'chatId', 'personId'),
    ...required(Date, 'since'),
    ...orNull(Date, 'spokeAt', 'leftAt'),
    seenAt: Date,
    absences: { type: [{ _id: false, from: Date, to: Date }], default: undefined },
    missed: { type: Number, default: 0 },
    operationId: String,
    onPage: Schema.Types.Mixed,
  },
  { versionKey: false },
)
  .index({ chatId: 1, personId: 1 })
  .index({ personId: 1, chatId: 1 })
  .index({ portalId: 1, missed: 1 }, { partialFilterExpression: { missed: { $gt: 0 } } });

/** A person in a group. */
export type Membership = Pick<MemberDoc, 'portalId' | 'chatId' | 'personId'>;

/** Somebody who is in a group at a time. */
export type Entered = Membership & { at: Date };

const idOf = ({ chatId, personId }: Pick<MemberDoc, 'chatId' | 'personId'>) => `${chatId}/${personId}`;

const toMember = (membership: Membership, since: Date, spokeAt: Date | null): MemberDoc => ({
  ...{ _id: idOf(membership), ...membership, since, spokeAt },
  ...{ leftAt: null, missed: 0 },
});

/** What a sign that somebody is in the group changes; null: nothing. The time they were out stays known: rows may wait still. */
function toUpdate(member: MemberDoc, at: Date, hasSpoken: boolean) {
  const { since, leftAt, spokeAt, seenAt = since } = member;
  const isBack = leftAt !== null && leftAt < at;
  const isFirst = hasSpoken && spokeAt === null;
  if (!isBack && !isFirst && at <= seenAt) return null;
  return {
    $max: { seenAt: at },
    $set: { ...(isBack ? { leftAt: null } : {}), ...(isFirst ? { spokeAt: at } : {}) },
    ...(isBack && !wasNeverIn(member) ? { $push: { absences: { from: leftAt, to: at } } } : {}),
  };
}

/** Who is in which group. A merge of people moves them to the survivor. */
export function createMembers(connection: Connection) {
  const model = connection.model<MemberDoc>('Member', memberSchema, 'members');
  const listByIds = (ids: readonly string[]): Promise<MemberDoc[]> =>
    listPlain(model, { _id: { $in: [...ids] } });

  /**
   * Adds those who are not known as members, and takes back those who had left before. Safe to repeat. `read`: all members of these groups, read
   * just now. True: somebody is a member now who was none, or speaks for the first time; else only the time of a sign of them grew.
   */
  async function enter(
    entered: readonly Entered[],
    hasSpoken = false,
    read?: readonly MemberDoc[],
  ): Promise<boolean> {
    const wanted = new Map(entered.map((one) => [idOf(one), one]));
    if (wanted.size === 0) return false;
    const found = read?.filter(({ _id }) => wanted.has(_id)) ?? (await listByIds([...wanted.keys()]));
    const known = new Map(found.map((one) => [one._id, one]));
    const fresh = [...wanted].flatMap(([id, { at, ...one }]) =>
      known.has(id) ? [] : [toMember(one, at, hasSpoken ? at : null)],
    );
    await insertNew(model, fresh);
    const changes = [...known].flatMap(([_id, member]) => {
      const update = toUpdate(member, wanted.get(_id)?.at ?? new Date(0), hasSpoken);
      return update ? [{ updateOne: { filter: { _id, leftAt: member.leftAt }, update } }] : [];
    });
    await changeMany(model, changes);
    return (
      fresh.length > 0 || changes.some(({ updateOne: { update } }) => Object.keys(update.$set).length > 0)
    );
  }

  return {
    model,
    enter,
    /** Makes rounds of these people look at the group, though they are not in it: one was named, or it is to be shown to them. */
    async watch(memberships: readonly Membership[], at: Date): Promise<void> {
      const watched = memberships.map((one) => ({ ...toMember(one, at, null), leftAt: at }));
      await insertNew(model, watched);
    },
    /**
     * They are no longer in the group; what they have of it stays. A notice that comes late says nothing of those who were seen in
     * it after its time; one that comes after a list, when they really went.
     */
    async leave(chatId: string, personIds: readonly string[], at: Date): Promise<void> {
      if (personIds.length === 0) return;
      await model.updateMany(
        {
          ...{ chatId, personId: { $in: personIds } },
          ...{ since: { $lte: at }, seenAt: { $not: { $gt: at } }, leftAt: { $not: { $lte: at } } },
        },
        { $set: { leftAt: at } },
      );
    },
    listOfChat: (chatId: string): Promise<MemberDoc[]> => listAll(model, { chatId }),
    listOfChats: (chatIds: readonly string[]): Promise<MemberDoc[]> =>
      chatIds.length === 0 ? Promise.resolve([]) : listPlain(model, { chatId: { $in: [...chatIds] } }),
    listOfPerson: (personId: string): Promise<MemberDoc[]> => listAll(model, { personId }),
    listOfPeople: (personIds: readonly string[]): Promise<MemberDoc[]> =>
      personIds.length === 0 ? Promise.resolve([]) : listAll(model, { personId: { $in: personIds } }),
    /** The people of a portal who missed something of a group, in pages of one reading. */
    listMissing: (portalId: string, size: number): AsyncGenerator<string[]> =>
      toPages(
        model
          .find({ portalId, missed: { $gt: 0 } })
          .select({ personId: 1 })
          .lean<Pick<MemberDoc, 'personId'>>()
          .cursor({ batchSize: size }),
        size,
        ({ personId }) => personId,
      ),
    /**
     * An entry waits for these people's pages: their next rounds look for it. After the entry itself says so. It may be an old one, so
     * that what is on those pages is counted from the beginning.
     */
    async noteMissed(chatId: string, personIds: readonly string[]): Promise<void> {
      if (personIds.length === 0) return;
      const missed = { $inc: { missed: 1 }, $unset: { onPage: 1 as const } };
      await model.updateMany({ chatId, personId: { $in: personIds } }, missed);
    },
    /** What was counted on a member's page; not where something was missed since they were read. */
    async saveOnPage({ _id, missed }: MemberDoc, onPage: NonNullable<MemberDoc['onPage']>): Promise<void> {
      await model.updateOne({ _id, missed }, { $set: { onPage } });
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
        const { portalId, chatId, since, spokeAt, seenAt, leftAt, absences, missed } = member;
        const membership = { portalId, chatId, personId: to };
        const signs = { ...(seenAt && { seenAt }), ...(absences && { absences }) };
        await insertNew(model, [{ ...toMember(membership, since, null), leftAt, ...signs }]);
        // Under one of the two names they were there all the time.
        const $max = seenAt ? { $max: { seenAt } } : {};
        if (leftAt === null) await model.updateOne({ _id: idOf(membership) }, { $set: { leftAt }, ...$max });
        else if (!wasNeverIn(member))
          await model.updateOne(
            { _id: idOf(membership), leftAt: { $lt: leftAt } },
            { $set: { leftAt }, $min: { since }, ...$max },
          );
        if (spokeAt !== null) await enter([{ ...membership, at: spokeAt }], true);
        if (missed > 0) await model.updateOne({ _id: idOf(membership) }, { $inc: { missed } });
        await model.deleteOne({ _id: member._id });
      }
    },
  };
}
