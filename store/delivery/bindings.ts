import type { Model } from 'mongoose';
import type { ChatId, LinkId } from '../../domain/ids';
import { changeOne, listAll } from '../queries';
import type { BindingState, EntryBinding, EntryDoc } from './entry-schema';

type Read = Pick<EntryDoc, '_id'>;
type PageOf = Pick<EntryBinding, 'linkId' | 'crmContactId'>;

/** What an entry that a page is added to is on it, by how far the entry is. */
interface Added {
  states: EntryDoc['state'][];
  binding: { state: BindingState; why: string | null };
}

const unposted: Added = { states: ['planned', 'sending'], binding: { state: 'planned', why: null } };
const posted: Added = { states: ['delivered'], binding: { state: 'aside', why: 'asked' } };

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

    /** One more page for an entry that is not posted yet. Safe to repeat. */
    async addPage({ _id }: Read, { linkId, crmContactId }: PageOf): Promise<void> {
      await model.updateOne(
        { _id, state: { $in: unposted.states }, 'bindings.linkId': { $ne: linkId } },
        { $push: { bindings: { linkId, crmContactId, sentAt: null, ...unposted.binding } } },
      );
    },

    /**
     * A person wants what a group said before on a link's page, too: it is planned for what is on its way, and every posted entry that is not
     * there is set aside for it, which the link's rounds do. What is posted in between is met by the second write. Safe to repeat.
     * Gives how many wait for that page now.
     */
    async askEarlier(chatId: ChatId, linkId: LinkId, crmContactId: number): Promise<number> {
      for (const { states, binding } of [unposted, posted]) {
        const entries = { chatId, state: { $in: states } };
        await model.updateMany(
          { ...entries, carrierId: { $exists: true }, 'bindings.linkId': { $ne: linkId } },
          { $push: { bindings: { linkId, crmContactId, sentAt: null, ...binding } } },
        );
        await model.updateMany(
          { ...entries, bindings: { $elemMatch: { linkId, state: { $in: ['ended', 'removed'] } } } },
          { $set: { 'bindings.$[one].state': binding.state, 'bindings.$[one].why': binding.why } },
          { arrayFilters: [{ 'one.linkId': linkId }] },
        );
      }
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
