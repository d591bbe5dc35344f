import { linkIdOf } from '../domain/ids';
import type { WebhookEvent, WebhookType } from '../domain/webhooks/event';
import type { AccountDoc } from '../store/accounts';
import type { EntryDoc } from '../store/delivery/entries';
import type { LinkDoc } from '../store/links/link-schema';
import type { ReviewDoc } from '../store/reviews/reviews';
import type { Happening } from '../store/webhooks/happenings';

/** The changes of a source's state, each with the time it was judged at. */
const ofAccount = ({ _id: accountId, portalId, livenessChanges = [] }: AccountDoc): WebhookEvent[] =>
  livenessChanges.map(({ state, code, at }) => ({
    ...{ key: `source.state/${accountId}/${at.getTime()}/${code}`, type: 'source.state', portalId, at },
    data: { accountId, state, code },
  }));

/** A link that was moved to another contact is made anew. An ended request that never was a link is none. */
function ofLink({ _id: linkId, portalId, ...link }: LinkDoc): WebhookEvent[] {
  const { state, epoch, crmContactId, decision, startedAt, history, attention } = link;
  const events: WebhookEvent[] = [];
  if (state === 'linked' && decision) {
    const { at, rule, by } = decision;
    const data = { linkId, crmContactId, rule, by };
    events.push({ key: `link.made/${linkId}/${epoch}`, type: 'link.made', portalId, at, data });
  }
  const endedAt = history.at(-1)?.at;
  if (state === 'unlinked' && startedAt && endedAt) {
    const key = `link.ended/${linkId}/${epoch}`;
    events.push({ key, type: 'link.ended', portalId, at: endedAt, data: { linkId } });
  }
  if (attention) {
    const { code, since } = attention;
    const key = `link.attention/${linkId}/${code}/${since}`;
    const at = new Date(since);
    events.push({ key, type: 'link.attention', portalId, at, data: { linkId, code } });
  }
  return events;
}

/** A review that is asked again is the same review. */
function ofReview({ _id: reviewId, portalId, kind, state, createdAt, linkId }: ReviewDoc): WebhookEvent[] {
  if (state !== 'open') return [];
  const key = `review.opened/${reviewId}`;
  return [{ key, type: 'review.opened', portalId, at: createdAt, data: { reviewId, kind, linkId } }];
}

function ofEntry({ _id: entryId, portalId, target, deliveredAt, ...entry }: EntryDoc): WebhookEvent[] {
  if (!deliveredAt) return [];
  const { chatId, commentId, crmContactId, items } = entry;
  const ids = { linkId: linkIdOf(target), chatId, entryId, crmContactId, commentId };
  const data = { ...ids, items: items.length };
  return [{ key: `backup.done/${entryId}`, type: 'backup.done', portalId, at: deliveredAt, data }];
}

/** What happened as events. The same happening gives the same key, whoever looks, and however often. */
export function toEvents(happening: Happening): WebhookEvent[] {
  switch (happening.kind) {
    case 'account':
      return ofAccount(happening.doc);
    case 'link':
      return ofLink(happening.doc);
    case 'review':
      return ofReview(happening.doc);
    case 'entry':
      return ofEntry(happening.doc);
  }
}

/** The documents in which an event of a type is found. */
export const kindOf: Record<WebhookType, Happening['kind'] | null> = {
  'source.state': 'account',
  'link.made': 'link',
  'link.ended': 'link',
  'link.attention': 'link',
  'review.opened': 'review',
  'backup.done': 'entry',
  test: null,
};
