import type { Model } from 'mongoose';
import { groupBy } from '../../domain/group-by';
import { changeMany } from '../bulk';
import { changeAndLoad, listAll } from '../queries';
import type { MediaDoc, MediaReason } from './media-schema';

type Read = Pick<MediaDoc, '_id' | 'outcome'>;

/** The bytes of a file, and what they turned out to be. */
export type KeptContent = Pick<MediaDoc, 'mimeType' | 'otherType'> & { hash: string; sizeBytes: number };

const toKept = ({ hash, sizeBytes, mimeType, otherType }: KeptContent): Partial<MediaDoc> => ({
  ...{ state: 'stored', reason: null, hash, sizeBytes, nextAt: null, tries: 0 },
  ...(mimeType === null ? {} : { mimeType }),
  ...(otherType ? { otherType } : {}),
});

/** What becomes of files. Every change is compared on the outcome that was read, and told once. */
export function createOutcomes(model: Model<MediaDoc>) {
  /** What became of a file, to be told as its next item. Null: somebody else was first. */
  function conclude({ _id, outcome }: Read, $set: Partial<MediaDoc>): Promise<MediaDoc | null> {
    const now = new Date();
    const next = { outcome: outcome + 1, outcomeAt: now, toRouteAt: now };
    return changeAndLoad<MediaDoc>(model, { _id, outcome }, { $set: { ...$set, ...next } });
  }

  return {
    /** Its bytes are kept. */
    keep: (read: Read, content: KeptContent): Promise<MediaDoc | null> => conclude(read, toKept(content)),

    /** The same for many. Null in the place of one with which somebody else was first; whose is asked only where the count is short. */
    async keepMany(
      files: readonly { media: MediaDoc; content: KeptContent }[],
    ): Promise<(MediaDoc | null)[]> {
      const now = new Date();
      const kept = files.map(({ media, content }) => {
        const next = { outcome: media.outcome + 1, outcomeAt: now, toRouteAt: now };
        const $set = { ...toKept(content), ...next };
        return { $set, read: media, doc: { ...media, ...$set } };
      });
      const changes = kept.map(({ $set, read: { _id, outcome } }) => ({
        updateOne: { filter: { _id, outcome }, update: { $set } },
      }));
      if ((await changeMany(model, changes)) === files.length) return kept.map(({ doc }) => doc);
      const ids = kept.map(({ doc }) => doc._id);
      const stored = new Map((await listAll(model, { _id: { $in: ids } })).map((one) => [one._id, one]));
      return kept.map(({ doc }) => {
        const there = stored.get(doc._id);
        const isOurs =
          there?.outcome === doc.outcome &&
          there.hash === doc.hash &&
          there.outcomeAt?.getTime() === now.getTime();
        return isOurs ? there : null;
      });
    },

    /** It cannot be had. `nextAt`: when it may be asked for once more. */
    lose: (read: Read, reason: MediaReason, nextAt: Date | null): Promise<MediaDoc | null> =>
      conclude(read, { state: 'lost', reason, nextAt }),

    /** The portal did not take it. `nextAt`: when it goes again; null: never. */
    refuse: (read: Read, reason: MediaReason, nextAt: Date | null): Promise<MediaDoc | null> =>
      changeAndLoad<MediaDoc>(
        model,
        { _id: read._id, outcome: read.outcome, state: 'stored' },
        {
          $set: {
            ...{ state: 'refused', reason, nextAt, outcome: read.outcome + 1 },
            ...{ outcomeAt: new Date(), toRouteAt: new Date() },
          },
          $inc: { tries: 1 },
        },
      ),

    /** Refused, it goes once more. */
    async offerAgain(media: MediaDoc): Promise<MediaDoc | null> {
      const again = { state: 'stored', reason: null, nextAt: null } as const;
      if (media.toldAt === null) return conclude(media, again);
      // It was found on its page after all.
      await model.updateOne({ _id: media._id, outcome: media.outcome }, { $set: again });
      return null;
    },

    /** The comment that had it was taken away for another's sake: it is told once more, if it is kept still. */
    async tellAgain(_id: string, outcome: number): Promise<void> {
      const now = new Date();
      const next = { outcome: outcome + 1, outcomeAt: now, toRouteAt: now, toldAt: null };
      await model.updateOne({ _id, outcome, state: 'stored' }, { $set: next });
    },

    /** The outbox rows of these outcomes are made, wherever they belong. */
    async markRouted(files: readonly Read[]): Promise<void> {
      const changes = [...groupBy(files, ({ outcome }) => outcome)].map(([outcome, those]) => ({
        updateMany: {
          filter: { _id: { $in: those.map(({ _id }) => _id) }, outcome },
          update: { $set: { toRouteAt: null } },
        },
      }));
      await changeMany(model, changes);
    },
  };
}
