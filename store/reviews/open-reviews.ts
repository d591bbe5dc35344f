import { newId } from '../connection';
import { unlessTaken } from '../queries';
import type { createReviews, NewReview, ReviewDoc } from './reviews';

/** A review to be opened, and the one that the person has, as it was read. */
export interface ReviewToOpen {
  fresh: NewReview;
  known: ReviewDoc | null;
}

/** Asking again brought the same answer. Candidates are plain values, in an order that depends on nothing but themselves. */
const isSame = (known: ReviewDoc, fresh: NewReview): boolean =>
  known.state === 'open' &&
  known.linkId === fresh.linkId &&
  known.kind === fresh.kind &&
  known.reason === fresh.reason &&
  JSON.stringify(known.candidates) === JSON.stringify(fresh.candidates);

/**
 * Opens many reviews of contacts with few writes: new ones are inserted together, unchanged ones only get the time.
 * Different ones, and ones that another writer changed since they were read, go through `reviews.open`.
 */
export async function openReviews(
  { reviews }: { reviews: ReturnType<typeof createReviews> },
  items: readonly ReviewToOpen[],
): Promise<void> {
  const same = items.flatMap(({ known, fresh }) => (known && isSame(known, fresh) ? [known._id] : []));
  const now = new Date();
  if (same.length > 0) {
    await reviews.model.updateMany({ _id: { $in: same } }, { $set: { updatedAt: now } });
  }
  for (const { known, fresh } of items) if (known && !isSame(known, fresh)) await reviews.open(fresh);
  const added = items.flatMap(({ known, fresh }) => (known ? [] : [fresh]));
  if (added.length === 0) return;
  const subject = 'contact' as const;
  const docs = added.map((fresh) => ({
    ...{ otherPersonId: null, ...fresh, subject, state: 'open' as const },
    ...{ _id: newId(), createdAt: now, updatedAt: now },
  }));
  if (await unlessTaken(() => reviews.model.insertMany(docs, { ordered: false }))) return;
  for (const fresh of added) await reviews.open(fresh);
}
