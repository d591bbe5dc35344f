import { fetchedSources } from '../../domain/message';
import type { TakenIn } from '../../intake/gather';
import type { Delivery, Taken } from '../../intake/take-in';
import type { AccountDoc } from '../../store/accounts';
import { messagesArrivedSignal } from '../../workflows/messages';
import type { ApiContext } from '../context';

/** How many messages of a delivery were new, known, or a change of a known one. */
export const countMessages = (taken: readonly Taken[]) => {
  const count = (wanted: Taken['outcome']) => taken.filter(({ outcome }) => outcome === wanted).length;
  return { accepted: count('accepted'), duplicates: count('duplicate'), updated: count('updated') };
};

/**
 * Stores a delivery and counts it, then wakes the parked links that have something waiting. Nobody waits for the signals:
 * the sweep finds what a lost one leaves behind.
 */
export async function takeInAndWake(
  { gathering, metrics, linkWorkflows, fetchSoon }: ApiContext,
  account: AccountDoc,
  delivery: Delivery,
): Promise<Pick<TakenIn, 'taken' | 'files'>> {
  const { portalId } = account;
  const { source } = delivery;
  const { taken, parkedLinkIds, files } = await gathering.takeIn({ account, delivery });
  for (const { outcome } of taken) {
    if (outcome !== 'ignored') metrics.messagesIngested.inc({ source, outcome });
  }
  for (const _id of parkedLinkIds) void linkWorkflows.signal({ _id, portalId }, messagesArrivedSignal);
  if (delivery.items.some(hasFileToFetch)) fetchSoon(portalId);
  return { taken, files };
}

const hasFileToFetch = ({ translation }: Delivery['items'][number]): boolean =>
  translation.kind === 'message' && fetchedSources.includes(translation.message.media?.source.kind ?? 'none');
