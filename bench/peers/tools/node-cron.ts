import { schedule } from 'node-cron';
import { openBody } from '../body/check-contacts';
import { runBody, type BodyTask } from '../body/task';

/** Every so many seconds of a minute, or minutes of an hour: cron knows no other grid. */
const toPattern = (intervalMs: number): string => {
  const seconds = Math.max(1, Math.round(intervalMs / 1000));
  return seconds < 60 ? `*/${seconds} * * * * *` : `0 */${Math.round(seconds / 60)} * * * *`;
};

async function work(task: BodyTask): Promise<void> {
  const body = await openBody(task);
  let running = false;
  schedule(toPattern(task.grid.intervalMs), async () => {
    if (running) return;
    running = true;
    await body.checkAll().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    running = false;
  });
}

runBody({ begin: () => Promise.resolve(), work });
