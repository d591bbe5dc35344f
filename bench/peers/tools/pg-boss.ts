import { createHash } from 'node:crypto';
import PgBoss from 'pg-boss';
import { openBody } from '../body/check-contacts';
import { runBody, type BodyTask } from '../body/task';
import { firstDueMs } from '../figures/lateness';

const name = 'checks';

interface Check {
  contact: number;
  dueMs: number;
}

async function openBoss({ server, grid }: BodyTask) {
  const boss = new PgBoss({ connectionString: server, maintenanceIntervalSeconds: 30 });
  boss.on('error', (error) => process.stderr.write(`${error.message}\n`));
  await boss.start();
  await boss.createQueue(name, { name, expireInSeconds: 60, retryLimit: 1_000_000 });
  /** Named by contact and time, so that one that is made again is the same. */
  const toJob = ({ contact, dueMs }: Check) => ({
    name,
    id: createHash('sha1').update(`${contact}/${dueMs}`).digest('hex').slice(0, 32),
    data: { contact, dueMs },
    startAfter: new Date(dueMs),
    expireInSeconds: 60,
  });
  const insert = (checks: readonly Check[]) => boss.insert(checks.map(toJob) as never);
  const afterThis = ({ contact, dueMs }: Check): Check => {
    const missed = Math.max(0, Math.floor((Date.now() - dueMs) / grid.intervalMs));
    return { contact, dueMs: dueMs + (missed + 1) * grid.intervalMs };
  };
  return { boss, insert, afterThis };
}

async function begin(task: BodyTask): Promise<void> {
  const { boss, insert } = await openBoss(task);
  const all = Array.from({ length: task.grid.contacts }, (_, contact) => ({
    contact,
    dueMs: firstDueMs(task.grid, contact),
  }));
  for (let from = 0; from < all.length; from += 1_000) await insert(all.slice(from, from + 1_000));
  await boss.stop({ graceful: false });
}

/** While one batch waits for the portal, others go on. */
const batchesAtOnce = 4;

async function work(task: BodyTask): Promise<void> {
  const { boss, insert, afterThis } = await openBoss(task);
  const body = await openBody(task);
  for (let batch = 0; batch < batchesAtOnce; batch += 1)
    await boss.work<Check>(name, { batchSize: 100, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      await insert(jobs.map(({ data }) => afterThis(data)));
      await body.check(jobs.map(({ data }) => data.contact));
    });
}

runBody({ begin, work });
