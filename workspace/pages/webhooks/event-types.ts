import type { WebhookEvent } from '../../api/queries/webhooks';

/** What a receiver may ask for, in the order in which it is shown. That none is missing is checked by its type. */
const shown: Record<WebhookEvent, true> = {
  'link.made': true,
  'link.ended': true,
  'link.attention': true,
  'review.opened': true,
  'backup.done': true,
  'source.state': true,
};

export const eventTypes = Object.keys(shown) as WebhookEvent[];
