import { messagesArrivedSignal } from '../../workflows/messages';
import type { ApiContext } from '../context';

/**
 * Wakes parked links that have something waiting, beside the answer: what a lost signal leaves behind is found by the
 * sweep.
 */
export function wakeLinks(
  { linkWorkflows }: ApiContext,
  portalId: string,
  linkIds: ReadonlySet<string>,
): void {
  for (const linkId of linkIds) {
    void linkWorkflows.signal({ _id: linkId, portalId }, messagesArrivedSignal);
  }
}
