import { activityInfo, getClient } from '@temporalio/activity';
import { toForgettingWorkflowId } from '../../domain/ids';
import { eraseChat, eraseMessages } from '../../store/privacy/erase';
import type { ForgettingDoc } from '../../store/privacy/forgettings';
import { forgetPersonWorkflowName, linkPriorityOf } from '../../workflows/messages';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';

const runningAtOnce = 100;
const portion = 200;
/** What a source had handed over before somebody was put away is stored within a day, or never. */
const lookBackMs = 24 * 3_600_000;

const idOf = ({ _id }: { _id: string }): string => _id;

/** Starts the workflow of a forgetting that runs, where it is lost. */
async function startWorkflow({ _id: operationId, portalId }: ForgettingDoc): Promise<void> {
  await getClient().workflow.start(forgetPersonWorkflowName, {
    workflowId: toForgettingWorkflowId(operationId),
    taskQueue: activityInfo().taskQueue,
    args: [{ operationId }],
    staticSummary: 'Forgets a person',
    priority: linkPriorityOf(portalId),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

/** What was being taken in when the person was put away, and came behind the end. */
async function eraseLate({ store }: ActivityDeps, { portalId, personIds }: ForgettingDoc): Promise<void> {
  for (const personId of personIds) {
    for (const chat of await store.chats.listDirect(portalId, personId)) {
      const messages = await store.messages.listOfChat(chat._id, null, portion);
      await eraseMessages(store, messages);
      if (messages.length < portion) await eraseChat(store, chat);
    }
  }
  await store.members.model.deleteMany({ personId: { $in: personIds } });
}

/** Looks after the forgettings of a portal: each that runs has its workflow, and what came late to one that is done goes. Safe to repeat. */
export async function startForgettings(deps: ActivityDeps, portalId: string): Promise<void> {
  const { forgettings } = deps.store;
  const since = new Date(Date.now() - lookBackMs);
  const running = await forgettings.listRunning(portalId, { after: null, limit: runningAtOnce });
  const done = await forgettings.listDoneSince(portalId, since);
  const work = { portalId, kind: 'forgetting' as const, idOf, atOnce: 1 };
  await isolate(deps, { ...work, items: running, work: startWorkflow });
  await isolate(deps, { ...work, items: done, work: (doc) => eraseLate(deps, doc) });
  await forgettings.unname(portalId, since);
}
