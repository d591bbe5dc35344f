import { Queue, Worker } from 'bullmq';
import { openBody } from '../body/check-contacts';
import { runBody, type BodyTask } from '../body/task';
import { firstDueMs } from '../figures/lateness';

const name = 'checks';
const connectionOf = ({ server }: BodyTask) => ({
  host: '127.0.0.1',
  port: Number(server),
  maxRetriesPerRequest: null,
});

async function begin(task: BodyTask): Promise<void> {
  const queue = new Queue(name, { connection: connectionOf(task) });
  const { contacts, intervalMs } = task.grid;
  for (let contact = 0; contact < contacts; contact += 1)
    await queue.upsertJobScheduler(
      `contact-${contact}`,
      { every: intervalMs, startDate: firstDueMs(task.grid, contact) },
      { name: 'check', data: { contact }, opts: { removeOnComplete: true, removeOnFail: true } },
    );
  await queue.close();
}

async function work(task: BodyTask): Promise<void> {
  const body = await openBody(task);
  new Worker<{ contact: number }>(name, ({ data }) => body.check([data.contact]), {
    connection: connectionOf(task),
    concurrency: 200,
  });
}

runBody({ begin, work });
