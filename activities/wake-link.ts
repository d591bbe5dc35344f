import { activityInfo, getClient } from '@temporalio/activity';
import { toLinkWorkflowId } from '../domain/ids';
import type { LinkDoc } from '../store/links/link-schema';
import {
  contactLinkWorkflowName,
  linkPriorityOf,
  messagesArrivedSignal,
  resumeSignal,
} from '../workflows/messages';

/**
 * Starts the link's workflow where it is lost, wakes it where it runs. A link that is stored as in rounds is resumed: its workflow may
 * still believe it is paused. A paused one is woken without being resumed, so that it carries out a change that is saved on it.
 */
export async function wakeLink({
  _id,
  portalId,
  rhythm,
}: Pick<LinkDoc, '_id' | 'portalId' | 'rhythm'>): Promise<void> {
  await getClient().workflow.signalWithStart(contactLinkWorkflowName, {
    workflowId: toLinkWorkflowId(_id),
    taskQueue: activityInfo().taskQueue,
    args: [{ linkId: _id }],
    signal: rhythm === 'rounds' ? resumeSignal : messagesArrivedSignal,
    staticSummary: 'Backs up one linked contact',
    priority: linkPriorityOf(portalId),
  });
}

/** gRPC: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE. The client has tried again already. */
const awayCodes = [4, 8, 14];

/** Whether a call of Temporal's failed for its server's sake, and not for the workflow's. */
export function isTemporalAway(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ServiceError') return false;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  return typeof code === 'number' && awayCodes.includes(code);
}
