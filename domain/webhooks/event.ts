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
const dayMs = 24 * 60 * minuteMs;
/** A receiver that was restarted is found again soon; one that is gone for days is no longer asked. */
const pausesMs = [10_000, minuteMs, 5 * minuteMs, 15 * minuteMs, 60 * minuteMs, 4 * 60 * minuteMs];
const longestPauseMs = 6 * 60 * minuteMs;
/** With the pauses before, three days. */
const triesAtMost = 17;

/** How long to wait before the next try. */
export const pauseAfterTry = (tries: number): number => pausesMs[tries - 1] ?? longestPauseMs;

/** A receiver that does not answer is asked at least once an hour: it may be back. */
export const pauseAfterSilence = (failures: number): number =>
  Math.min(pauseAfterTry(failures), 60 * minuteMs);

export const isGivenUp = (tries: number): boolean => tries >= triesAtMost;

/** A weekend without its machine is no end of a receiver; and a failure or two say little, however long ago the first one was. */
export const deadAfter = { ms: 2 * dayMs, failures: 10 };

/** Older events are not told any more, whatever kept them. */
export const toldForMs = 7 * dayMs;

/** A receiver has as many waiting at most; further ones are found later, where they happened. */
export const waitingAtMost = 10_000;
