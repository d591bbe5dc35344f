import { pauseAfterMisses } from '../../domain/lookup-pauses';
import type { Attention, Decision } from '../../domain/link';
import type { Doubt, LinkDoc, LinkModel } from './link-schema';

const maxHistory = 100;
const tell = (what: string, crmContactId: number | null) => ({
  history: { $each: [{ at: new Date(), what, crmContactId }], $slice: -maxHistory },
});

const sayings: Record<Doubt['code'], { what: string; advice: string }> = {
  contact_gone: {
    what: 'the contact is gone from the CRM',
    advice: 'The contact was deleted or merged in Bitrix24; choose the contact of this person.',
  },
  number_gone: {
    what: 'the number was removed from the contact',
    advice: 'The contact no longer has the number of this person; choose the contact of this person.',
  },
};

/** Lets a link go that its doubt holds: a change that ends the doubt is to be carried out. Safe to repeat. */
export async function releaseLink(model: LinkModel, linkId: string): Promise<void> {
  await model.updateOne(
    { _id: linkId, 'doubt.held': true },
    { $set: { rhythm: 'rounds', 'doubt.held': false } },
  );
}

/** Holds a link in doubt again: its change was refused. */
export async function holdLink(model: LinkModel, linkId: string): Promise<void> {
  await model.updateOne(
    { _id: linkId, doubt: { $ne: null }, state: 'linked', rhythm: { $ne: 'paused' } },
    { $set: { rhythm: 'paused', 'doubt.held': true } },
  );
}

/** What following the CRM writes on links. A doubt holds a link: no round runs until it ends. */
export function createLinkDoubts(model: LinkModel) {
  const list = (filter: Record<string, unknown>, limit: number, sort: Record<string, 1> = { _id: 1 }) =>
    model.find(filter).sort(sort).limit(limit).lean<LinkDoc[]>().exec();

  return {
    listByPeople: (portalId: string, personIds: readonly string[]): Promise<LinkDoc[]> =>
      model
        .find({ portalId, personId: { $in: personIds } })
        .lean<LinkDoc[]>()
        .exec(),

    /** Linked links of these contacts. */
    listByContacts: (portalId: string, crmContactIds: readonly number[]): Promise<LinkDoc[]> =>
      model
        .find({ portalId, crmContactId: { $in: crmContactIds }, state: 'linked' })
        .lean<LinkDoc[]>()
        .exec(),

    /** Linked links whose contact was not seen since `before`, the longest unseen first. */
    listUnseen: (portalId: string, before: Date, limit: number): Promise<LinkDoc[]> =>
      list(
        {
          ...{ portalId, state: 'linked', doubt: null },
          $or: [{ contactSeenAt: null, startedAt: { $lt: before } }, { contactSeenAt: { $lt: before } }],
        },
        limit,
        { contactSeenAt: 1 },
      ),

    async markSeen(linkIds: readonly string[], at: Date): Promise<void> {
      if (linkIds.length === 0) return;
      await model.updateMany({ _id: { $in: linkIds } }, { $set: { contactSeenAt: at } });
    },

    /** Linked links whose rounds found that the contact is gone. */
    listContactGone: (portalId: string, limit: number): Promise<LinkDoc[]> =>
      list({ portalId, 'attention.code': 'contact_gone', state: 'linked', doubt: null }, limit),

    listDoubtful: (portalId: string, now: Date, limit: number): Promise<LinkDoc[]> =>
      list({ portalId, 'doubt.nextAt': { $lte: now }, state: 'linked' }, limit),

    /** Puts a linked link in doubt and holds it. False when it is in doubt, in change, or moved on meanwhile. */
    async putInDoubt(link: LinkDoc, code: Doubt['code'], at: Date): Promise<boolean> {
      const { _id, crmContactId, rhythm } = link;
      const { what, advice } = sayings[code];
      const attention: Attention = { code, advice, since: at.toISOString() };
      const doubt: Doubt = { code, since: at, nextAt: at, misses: 0, held: rhythm !== 'paused' };
      const done = await model.updateOne(
        { _id, state: 'linked', crmContactId, rhythm, doubt: null, change: null },
        { $set: { doubt, attention, rhythm: 'paused' }, $push: tell(what, crmContactId) },
      );
      return done.modifiedCount === 1;
    },

    /** The number is looked for again with the next look-up. */
    async doubtSoon(linkIds: readonly string[], at: Date): Promise<void> {
      if (linkIds.length === 0) return;
      await model.updateMany(
        { _id: { $in: linkIds }, doubt: { $ne: null } },
        { $set: { 'doubt.nextAt': at } },
      );
    },

    async rememberDoubt({ _id, doubt }: LinkDoc, reviewId: string, at: Date): Promise<void> {
      if (!doubt) return;
      const misses = doubt.misses + 1;
      const nextAt = new Date(at.getTime() + pauseAfterMisses(misses));
      await model.updateOne(
        { _id, 'doubt.nextAt': doubt.nextAt },
        { $set: { 'doubt.misses': misses, 'doubt.nextAt': nextAt, reviewId } },
      );
    },

    /** A person says that the contact is the right one, whatever number it has. False when the doubt ended before. */
    async keepContact({ _id, crmContactId, doubt }: LinkDoc, decision: Decision): Promise<boolean> {
      if (!doubt) return false;
      const rhythm = doubt.held ? { rhythm: 'rounds' } : {};
      const done = await model.updateOne(
        { _id, state: 'linked', crmContactId, 'doubt.held': doubt.held, change: null },
        {
          $set: { doubt: null, attention: null, reviewId: null, decision, ...rhythm },
          $push: tell('kept by a person', crmContactId),
        },
      );
      return done.modifiedCount === 1;
    },

    /** The contact has the number after all: the link goes on as it was. False when the doubt ended before. */
    async endDoubt({ _id, crmContactId, doubt }: LinkDoc, at: Date): Promise<boolean> {
      if (!doubt) return false;
      const rhythm = doubt.held ? { rhythm: 'rounds' } : {};
      const done = await model.updateOne(
        { _id, state: 'linked', crmContactId, 'doubt.held': doubt.held, change: null },
        {
          $set: { doubt: null, attention: null, reviewId: null, contactSeenAt: at, ...rhythm },
          $push: tell('the contact has the number again', crmContactId),
        },
      );
      return done.modifiedCount === 1;
    },
  };
}
