import { activityInfo, getClient } from '@temporalio/activity';
import { toLinkWorkflowId } from '../domain/ids';
import type { LinkDoc } from '../store/links/link-schema';
import { contactLinkWorkflowName, messagesArrivedSignal, resumeSignal } from '../workflows/messages';

/**
 * Starts the link's workflow where it is lost, wakes it where it runs. A link that is stored as in rounds is
 * resumed: its workflow may still believe it is paused.
 */
export async function wakeLink({ _id, rhythm }: Pick<LinkDoc, '_id' | 'rhythm'>): Promise<void> {
  await getClient().workflow.signalWithStart(contactLinkWorkflowName, {
    workflowId: toLinkWorkflowId(_id),
    taskQueue: activityInfo().taskQueue,
    args: [{ linkId: _id }],
    signal: rhythm === 'rounds' ? resumeSignal : messagesArrivedSignal,
    staticSummary: 'Backs up one linked contact',
  });
}
