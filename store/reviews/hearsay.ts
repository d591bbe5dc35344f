import type { Model } from 'mongoose';
import type { Who } from '../../domain/access';
import { newId } from '../connection';
import { changeAndLoad, changeOne, insertOne, unlessTaken } from '../queries';
import type { Heard, ReviewDoc } from './review-schema';

/** What was heard of a person, and the other one it is about, where there is one. */
export interface NewHearsay {
  portalId: string;
  personId: string;
  linkId: string | null;
  otherPersonId: string | null;
  reason: string;
  heard: Heard;
}

/** Reviews of what sources say of people they have no chat with: one a person. */
export function createHearsay(model: Model<ReviewDoc>) {
  return {
    /**
     * Asks whether it is true. A question that is open stays as it is, so that a later claim hides no earlier one, and an ignored one
     * stays ignored.
     */
    async openHearsay(fresh: NewHearsay): Promise<void> {
      const { portalId, personId, ...rest } = fresh;
      const now = new Date();
      const state = 'open' as const;
      const asked = { ...rest, kind: 'conflict' as const, candidates: [], state, updatedAt: now };
      const key = { portalId, personId, subject: 'hearsay' } as const;
      const answered = { ...key, state: 'answered' as const };
      if (await changeOne(model, answered, { $set: { ...asked, answeredBy: null } })) return;
      await unlessTaken(() =>
        insertOne<ReviewDoc>(model, { _id: newId(), ...key, ...asked, createdAt: now }),
      );
    },

    /** A person says that it is true. Null when the review was answered otherwise meanwhile. */
    confirm: (reviewId: string, who: Who): Promise<ReviewDoc | null> =>
      changeAndLoad(
        model,
        { _id: reviewId, subject: 'hearsay', state: { $ne: 'answered' } },
        {
          $set: {
            ...{ 'heard.isConfirmed': true, state: 'open' as const },
            ...{ answeredBy: who, updatedAt: new Date() },
          },
        },
      ),
  };
}
