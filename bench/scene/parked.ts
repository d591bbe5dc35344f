import { type Client } from '@temporalio/client';
import { toLinkWorkflowId } from '../../domain/ids';
import { waitUntil } from '../../local/ports';
import { contactLinkWorkflowName, linkPriorityOf, statusQuery } from '../../workflows/messages';
import { each, type BenchContact } from './contacts';

/** The workflows of parked links, at rest from their beginning, as a bulk begins them; a worker must run. */
export async function openParked(
  { workflow }: Client,
  { portalId, taskQueue }: { portalId: string; taskQueue: string },
  contacts: readonly BenchContact[],
): Promise<void> {
  await each(contacts, 16, async ({ linkId }) => {
    await workflow.start(contactLinkWorkflowName, {
      ...{ workflowId: toLinkWorkflowId(linkId), taskQueue, args: [{ linkId, born: 'parked' }] },
      priority: linkPriorityOf(portalId),
    });
  });
  const last = workflow.getHandle(toLinkWorkflowId(contacts.at(-1)?.linkId ?? ''));
  // A query is answered after the steps that were asked for before it; on a busy machine that may take longer than it waits.
  const answers = () =>
    last.query(statusQuery).then(
      () => true,
      () => false,
    );
  await waitUntil(answers, { what: 'the steps of new workflows', limitMs: 900_000, everyMs: 1_000 });
}
