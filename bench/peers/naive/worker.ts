import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createNotes } from '../body/notes';
import { postComment } from '../body/portal-calls';
import { runBody, type BodyTask } from '../body/task';
import { openWaiting, type Waiting } from '../body/waiting';

export const naiveQueue = 'naive';

/** A death between the portal's write and the end of `postMessage` posts the message again. */
const createActivities = (waiting: Waiting, { webhookUrl, firstCrmId }: BodyTask) => {
  const note = createNotes();
  return {
    findWaiting: async (contact: number): Promise<string[]> => {
      note(contact);
      return (await waiting.listOf([contact])).map(({ _id }) => _id);
    },
    postMessage: async (id: string): Promise<void> => {
      const message = await waiting.find(id);
      if (!message) return;
      await postComment(webhookUrl, { crmContactId: firstCrmId + message.contact, text: message.text });
      await waiting.remove([message]);
    },
  };
};
export type NaiveActivities = ReturnType<typeof createActivities>;

/** All workflows in the cache: what the SDK can do best. */
const cachedAtMost = 4_000;

async function work(task: BodyTask): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const waiting = await openWaiting(task.mongoUri);
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: task.server }),
    taskQueue: naiveQueue,
    workflowsPath: require.resolve('./workflow'),
    activities: createActivities(waiting, task),
    maxCachedWorkflows: Math.min(task.grid.contacts + 10, cachedAtMost),
    maxConcurrentActivityTaskExecutions: 200,
  });
  void worker.run();
}

runBody({ begin: () => Promise.reject(new Error('its workflows are begun by a client')), work });
