import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { openBody } from '../body/check-contacts';
import { runBody, type BodyTask } from '../body/task';
import { firstDueMs } from '../figures/lateness';

const name = 'check';

interface Data {
  contact: number;
}

const openAgenda = ({ mongoUri }: BodyTask) =>
  new Agenda({
    backend: new MongoBackend({ address: mongoUri }),
    processEvery: '1 second',
    defaultConcurrency: 200,
    maxConcurrency: 200,
    defaultLockLifetime: 60_000,
  });

async function begin(task: BodyTask): Promise<void> {
  const agenda = openAgenda(task);
  agenda.define<Data>(name, () => Promise.resolve());
  await agenda.ready;
  for (let contact = 0; contact < task.grid.contacts; contact += 1) {
    const job = agenda.create<Data>(name, { contact });
    job.repeatEvery(task.grid.intervalMs, { skipImmediate: true });
    job.schedule(new Date(firstDueMs(task.grid, contact)));
    await job.save();
  }
}

async function work(task: BodyTask): Promise<void> {
  const body = await openBody(task);
  const agenda = openAgenda(task);
  agenda.define<Data>(name, ({ attrs }) => body.check([attrs.data.contact]));
  await agenda.start();
}

runBody({ begin, work });
