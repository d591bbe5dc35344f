import type { PortalOverview } from './queries/overview';

type Reviews = PortalOverview['reviews'];

/** The tab of the page Linking that has the questions of a kind; the first is the one that is open unless another is asked for. */
export const tabOfReviews = { ambiguous: 'decide', conflict: 'conflicts', unmatched: 'people' } as const;

export const reviewKinds = Object.keys(tabOfReviews) as (keyof Reviews)[];

/** Where the questions of a kind are answered. */
export const toReviews = (kind: keyof Reviews) => ({ name: 'linking', query: { tab: tabOfReviews[kind] } });

/** Where the first question is. */
export const toFirstReview = (reviews: Reviews) =>
  toReviews(reviewKinds.find((kind) => reviews[kind] > 0) ?? 'ambiguous');

/** Where one question is answered, whichever tab and page of it has it. */
export const toReview = (reviewId: string) => ({ name: 'linking', query: { review: reviewId } });
