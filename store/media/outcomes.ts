import type { Model } from 'mongoose';
import { changeAndLoad } from '../queries';
import type { MediaDoc, MediaReason } from './media-schema';

type Read = Pick<MediaDoc, '_id' | 'outcome'>;

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
    keep: (
      read: Read,
      {
        hash,
        sizeBytes,
        mimeType,
        otherType,
      }: Pick<MediaDoc, 'mimeType' | 'otherType'> & { hash: string; sizeBytes: number },
    ): Promise<MediaDoc | null> =>
      conclude(read, {
        ...{ state: 'stored', reason: null, hash, sizeBytes, nextAt: null, tries: 0 },
        ...(mimeType === null ? {} : { mimeType }),
        ...(otherType ? { otherType } : {}),
      }),

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

    /** The outbox row of this outcome is made, wherever it belongs. */
    async markRouted({ _id, outcome }: Read): Promise<void> {
      await model.updateOne({ _id, outcome }, { $set: { toRouteAt: null } });
    },
  };
}
