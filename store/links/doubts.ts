import { pauseAfterMisses } from '../../domain/rhythm/lookup-pauses';
import type { Attention, Decision, LinkEventName } from '../../domain/link';
import { changeOne, listAll, listFromOldest } from '../queries';
import { listPlain } from '../bulk';
import { isNoChange, toHistory, type Doubt, type LinkDoc, type LinkModel } from './link-schema';

const sayings: Record<Doubt['code'], { what: LinkEventName; advice: string }> = {
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

/** The doubt ends, and a link that it held goes on. False when the doubt ended before, or a change is under way. */
function endDoubtBy(
  model: LinkModel,
  { _id, crmContactId, doubt }: LinkDoc,
  set: { decision: Decision } | { contactSeenAt: Date },
  what: LinkEventName,
): Promise<boolean> {
  if (!doubt) return Promise.resolve(false);
  const rhythm = doubt.held ? { rhythm: 'rounds' as const } : {};
  return changeOne(
    model,
    { _id, state: 'linked', crmContactId, 'doubt.held': doubt.held, change: null },
    {
      $set: { doubt: null, attention: null, reviewId: null, ...set, ...rhythm },
      $push: toHistory(what, crmContactId, 'decision' in set ? set.decision.who : undefined),
    },
  );
}

/** The questions of following the CRM. */
const createContactLists = (model: LinkModel) => ({
  listByPeople: (portalId: string, personIds: readonly string[]): Promise<LinkDoc[]> =>
    listPlain(model, { portalId, personId: { $in: [...personIds] } }),

  /** Linked links of these contacts. */
  listByContacts: (portalId: string, crmContactIds: readonly number[]): Promise<LinkDoc[]> =>
    listAll(model, { portalId, crmContactId: { $in: crmContactIds }, state: 'linked' }),

  /** Linked links whose contact was not seen since `before`, the longest unseen first. */
  listUnseen(portalId: string, before: Date, limit: number): Promise<LinkDoc[]> {
    const unseen = [{ contactSeenAt: null, startedAt: { $lt: before } }, { contactSeenAt: { $lt: before } }];
    const filter = { portalId, state: 'linked', doubt: null, change: null, $or: unseen } as const;
    return listAll(model, filter, { sort: { contactSeenAt: 1 }, limit });
  },

  /** Linked links whose rounds found that the contact is gone. */
  listContactGone(portalId: string, limit: number): Promise<LinkDoc[]> {
    const held = { doubt: null, change: null } as const;
    const filter = { portalId, 'attention.code': 'contact_gone', state: 'linked', ...held } as const;
    return listFromOldest(model, filter, { after: null, limit });
  },

  /** Whether one of many links whose contacts vanished together still waits for a person. */
  async hasVanished(portalId: string): Promise<boolean> {
    const inDoubt = { portalId, 'doubt.nextAt': { $gt: new Date(0) } };
    return (await model.exists({ ...inDoubt, 'doubt.isOneOfMany': true, state: 'linked' })) !== null;
  },

  /** Links that say this, counted up to a limit. */
  countOfAttention: (portalId: string, code: string, limit: number): Promise<number> =>
    model.countDocuments({ portalId, 'attention.code': code }, { limit }).exec(),

  /** Linked links, counted up to a limit. */
  countLinked: (portalId: string, limit: number): Promise<number> =>
    model.countDocuments({ portalId, state: 'linked' }, { limit }).exec(),

  /** Doubts whose look-up is due, the longest waiting first. A change under way ends the doubt. */
  listDoubtful: (portalId: string, now: Date, limit: number): Promise<LinkDoc[]> =>
    listAll(
      model,
      { portalId, 'doubt.nextAt': { $lte: now }, state: 'linked', change: null },
      { sort: { 'doubt.nextAt': 1 }, limit },
    ),
});

/** The writes of following the CRM on links. A doubt holds a link: no round runs until it ends. */
export const createLinkDoubts = (model: LinkModel) => ({
  ...createContactLists(model),

  async markSeen(linkIds: readonly string[], at: Date): Promise<void> {
    if (linkIds.length === 0) return;
    await model.updateMany({ _id: { $in: linkIds } }, { $set: { contactSeenAt: at } }, isNoChange);
  },

  /** Puts a linked link in doubt and holds it. False when it is in doubt, in change, or moved on meanwhile. */
  putInDoubt(
    { _id, crmContactId, rhythm }: LinkDoc,
    code: Doubt['code'],
    at: Date,
    isOneOfMany = false,
  ): Promise<boolean> {
    const { what, advice } = sayings[code];
    const attention: Attention = { code, advice, since: at.toISOString() };
    const doubt: Doubt = { code, since: at, nextAt: at, misses: 0, held: rhythm !== 'paused', isOneOfMany };
    return changeOne(
      model,
      { _id, state: 'linked', crmContactId, rhythm, doubt: null, change: null },
      { $set: { doubt, attention, rhythm: 'paused' }, $push: toHistory(what, crmContactId) },
    );
  },

  /** The number is looked for again with the next look-up. */
  async doubtSoon(linkIds: readonly string[], at: Date): Promise<void> {
    if (linkIds.length === 0) return;
    const doubtful = { _id: { $in: linkIds }, doubt: { $ne: null } };
    await model.updateMany(doubtful, { $set: { 'doubt.nextAt': at } });
  },

  async rememberDoubt({ _id, doubt }: LinkDoc, reviewId: string | null, at: Date): Promise<void> {
    if (!doubt) return;
    const misses = doubt.misses + 1;
    const nextAt = new Date(at.getTime() + pauseAfterMisses(misses));
    await model.updateOne(
      { _id, 'doubt.nextAt': doubt.nextAt },
      { $set: { 'doubt.misses': misses, 'doubt.nextAt': nextAt, reviewId } },
    );
  },

  /** A person says that the contact is the right one, whatever number it has. False when the doubt ended before. */
  keepContact: (link: LinkDoc, decision: Decision): Promise<boolean> =>
    endDoubtBy(model, link, { decision }, 'kept by a person'),

  /** The contact has the number after all: the link goes on as it was. False when the doubt ended before. */
  endDoubt: (link: LinkDoc, at: Date): Promise<boolean> =>
    endDoubtBy(model, link, { contactSeenAt: at }, 'the contact has the number again'),
});
