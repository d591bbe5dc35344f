/** The events that a receiver may ask for. */
export const webhookTypes = [
  'source.state',
  'link.made',
  'link.ended',
  'link.attention',
  'review.opened',
  'backup.done',
] as const;
export type WebhookType = (typeof webhookTypes)[number] | 'test';

/** An event as a receiver gets it. `key` is the same for the same event, whoever finds it, and however often. */
export interface WebhookEvent {
  key: string;
  type: WebhookType;
  portalId: string;
  at: Date;
  /** Ids, states, codes and counts: nothing personal. */
  data: Record<string, string | number | null>;
}

const minuteMs = 60_000;
/** A receiver that was restarted is found again soon; one that is gone for days is no longer asked. */
const pausesMs = [10_000, minuteMs, 5 * minuteMs, 15 * minuteMs, 60 * minuteMs, 4 * 60 * minuteMs];
const longestPauseMs = 6 * 60 * minuteMs;
const givenUpAfterMs = 3 * 24 * 60 * minuteMs;

/** How long to wait before the next try. */
export const pauseAfterTry = (tries: number): number => pausesMs[tries - 1] ?? longestPauseMs;

export const isGivenUp = (createdAt: Date, now: Date): boolean =>
  now.getTime() - createdAt.getTime() > givenUpAfterMs;
