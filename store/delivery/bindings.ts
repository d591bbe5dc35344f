import type { Model } from 'mongoose';
import type { ChatId, LinkId } from '../../domain/ids';
import { changeOne, listAll } from '../queries';
import type { BindingState, EntryBinding, EntryDoc } from './entry-schema';

type Read = Pick<EntryDoc, '_id'>;

/** The pages of groups' entries: each is compared on its state as it was read. */
export function createBindings(model: Model<EntryDoc>) {
  const change = (
    { _id }: Read,
    { linkId, state }: Pick<EntryBinding, 'linkId' | 'state'>,
    set: Partial<EntryBinding>,
  ): Promise<boolean> => {
    const $set = Object.fromEntries(
      Object.entries(set).map(([field, value]) => [`bindings.$[one].${field}`, value]),
    );
    const filter = { _id, bindings: { $elemMatch: { linkId, state } } };
    return changeOne(model, filter, { $set }, [{ 'one.linkId': linkId }]);
  };

  const countAside = (linkId: LinkId, chatId: ChatId): Promise<number> => {
    const aside = { $elemMatch: { linkId, state: 'aside' as const } };
    return model.countDocuments({ chatId, state: 'delivered', bindings: aside }).exec();
  };

  return {
    /** Immediately before the request that binds it. False: another process, or a change of its link, moved it. */
    beginBinding: (
      entry: Read,
      { linkId, state }: EntryBinding,
      crmContactId: number,
      sentAt: Date,
    ): Promise<boolean> => change(entry, { linkId, state }, { crmContactId, sentAt }),

    /** False when it is in another state by now. */
    moveBinding: (
      entry: Read,
      binding: Pick<EntryBinding, 'linkId' | 'state'>,
      to: { state: BindingState } & Partial<EntryBinding>,
    ): Promise<boolean> => change(entry, binding, to),

    /** All entries of groups that belong, or belonged, on a link's page, the oldest first. */
    listBoundTo: (linkId: LinkId): Promise<EntryDoc[]> => listAll(model, { 'bindings.linkId': linkId }),

    /** A group's entries that a link's page could not take when they came, the oldest first. */
    listAside: (linkId: LinkId, chatId: ChatId, limit: number): Promise<EntryDoc[]> =>
      listAll(
        model,
        { chatId, state: { $ne: 'removed' }, bindings: { $elemMatch: { linkId, state: 'aside' } } },
        { sort: { _id: 1 }, limit },
      ),

    /**
     * A person wants what a group said before on a link's page, too: every posted entry that is not there is set aside for it, and
     * the link's rounds do the rest. Safe to repeat. Gives how many wait for that page now.
     */
    async askEarlier(chatId: ChatId, linkId: LinkId, crmContactId: number): Promise<number> {
      const posted = { chatId, state: 'delivered' as const };
      const binding = { linkId, crmContactId, state: 'aside', why: 'asked', sentAt: null } as const;
      await model.updateMany(
        { ...posted, carrierId: { $exists: true }, 'bindings.linkId': { $ne: linkId } },
        { $push: { bindings: binding } },
      );
      const gone = { $in: ['ended' as const, 'removed' as const] };
      await model.updateMany(
        { ...posted, bindings: { $elemMatch: { linkId, state: gone } } },
        { $set: { 'bindings.$[one].state': 'aside', 'bindings.$[one].why': 'asked' } },
        { arrayFilters: [{ 'one.linkId': linkId }] },
      );
      return countAside(linkId, chatId);
    },

    /** The entries of a group that wait for a link's page. */
    countAside,

    /** Another page stands for a posted entry, as its first one was taken away. */
    async carryBy({ _id }: Read, { linkId, crmContactId }: EntryBinding): Promise<void> {
      await model.updateOne({ _id }, { $set: { carrierId: linkId, crmContactId } });
    },
  };
}
