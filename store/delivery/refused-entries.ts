import type { Model } from 'mongoose';
import { changeOne, findOne, listAll, type Page } from '../queries';
import { toRepeated } from '../../domain/ids';
import type { EntryDoc, NewEntry, RefusedText } from './entry-schema';
import type { Markers } from './markers';

/** An entry with a placeholder in place of its text. */
export type RefusedEntry = EntryDoc & { refused: RefusedText };

type Pinned = Pick<EntryDoc, 'crmContactId' | 'epoch' | 'carrierId' | 'bindings'>;

/** What Bitrix24 refused, and how it is said again. */
export function createRefusedEntries(
  model: Model<EntryDoc>,
  plan: (fresh: NewEntry) => Promise<EntryDoc | null>,
  markers: Markers,
) {
  return {
    /** The entry that says again, as it was, what a placeholder stands for: one, however often it is asked for. */
    async planAgain(entry: RefusedEntry, where: Pinned): Promise<EntryDoc | null> {
      const { portalId, target, chatId, lane, newestAt, refused, marker: oldMarker } = entry;
      const items = entry.items.map(toRepeated);
      const marks = await markers.of(portalId);
      const marker = marks.markerOf([marks.printOf(`again/${oldMarker}`)]);
      const text = `${refused.text.slice(0, refused.text.lastIndexOf(oldMarker))}${marker}`;
      const same = { portalId, target, chatId, lane, newestAt, items, repeats: entry._id };
      for (let tries = 0; tries < 5; tries += 1) {
        const known = await findOne(model, { items: { $in: items.slice(0, 1) } }, { seq: 1 });
        const again = known ?? (await plan({ ...same, ...where, marker, text }));
        if (again) return again;
      }
      return null;
    },

    /** A portal's placeholders on their page, whose texts were refused under rules of writing older than these. */
    listRefusedBefore: (
      portalId: string,
      textRules: number,
      { after, limit }: Page,
    ): Promise<RefusedEntry[]> =>
      listAll(
        model as unknown as Model<RefusedEntry>,
        {
          ...{ portalId, placeholder: true, state: 'delivered' },
          ...{ 'refused.textRules': { $lt: textRules }, ...(after !== null && { _id: { $gt: after } }) },
        },
        { sort: { _id: 1 }, limit },
      ),

    /** The text was tried under these rules: it is not tried again under the same. */
    markTried: (entryId: string, textRules: number): Promise<boolean> =>
      changeOne(
        model,
        { _id: entryId, 'refused.textRules': { $lt: textRules } },
        { $set: { 'refused.textRules': textRules } },
      ),
  };
}
