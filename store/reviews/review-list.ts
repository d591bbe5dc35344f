import type { ReviewDoc, ReviewKind } from './reviews';
import type { Store } from '../store';

/** Which reviews to list. */
export interface ReviewFilter {
  portalId?: string | undefined;
  state?: ReviewDoc['state'] | undefined;
  kind?: ReviewKind | undefined;
}

/** Reviews, newest first; `after` is the id of the last one of the page before. */
export function listReviews(
  { reviews }: Store,
  { portalId, state, kind }: ReviewFilter,
  { after, limit }: { after: string | null; limit: number },
): Promise<ReviewDoc[]> {
  return reviews.model
    .find({
      ...(portalId ? { portalId } : {}),
      ...(state ? { state } : {}),
      ...(kind ? { kind } : {}),
      ...(after === null ? {} : { _id: { $lt: after } }),
    })
    .sort({ _id: -1 })
    .limit(limit)
    .lean<ReviewDoc[]>()
    .exec();
}

/** An open review that nobody wants to answer. Null when it was answered meanwhile. */
export function ignoreReview({ reviews }: Store, reviewId: string): Promise<ReviewDoc | null> {
  return reviews.model
    .findOneAndUpdate(
      { _id: reviewId, state: { $in: ['open', 'ignored'] } },
      { $set: { state: 'ignored', updatedAt: new Date() } },
      { returnDocument: 'after' },
    )
    .lean<ReviewDoc>()
    .exec();
}
