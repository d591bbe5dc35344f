import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { Umzug } from 'umzug';
import { newId } from '../connection';
import type { createLeases } from '../leases';
import type { Step } from './step';

/** The step that failed; it is tried again with the next opening. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  constructor(
    readonly code: string,
    cause: unknown,
  ) {
    super(`The change of stored data ${code} failed`, { cause });
  }
}

interface Done {
  _id: string;
  at: Date;
}

const lease = 'migrations';
const leaseMs = 60_000;
const lookAgainMs = 250;

/**
 * Brings what is stored to the form of this version: the steps that were not done yet, in order, each written down once it is done. One process
 * at a time works; the others wait until nothing is left. Killed in the middle of a step, it leaves a lease that ends by itself, and the step is
 * run again, whole. A step that was done and not written down is run again, too.
 */
export async function migrate(
  connection: Connection,
  leases: Pick<ReturnType<typeof createLeases>, 'take' | 'renew' | 'release'>,
  steps: readonly Step[],
  { holdMs = leaseMs }: { holdMs?: number } = {},
): Promise<void> {
  const { db } = connection;
  if (!db) throw new Error('the connection is closed');
  const done = db.collection<Done>('migrations');
  const isLeft = async () =>
    (await done.countDocuments({ _id: { $in: steps.map(({ name }) => name) } })) < steps.length;
  const holder = newId();
  while (await isLeft()) {
    if (!(await leases.take(lease, holder, holdMs))) {
      await sleep(lookAgainMs);
      continue;
    }
    const renewing = setInterval(
      () => void leases.renew(lease, holder, holdMs).catch(() => undefined),
      holdMs / 3,
    );
    try {
      await runSteps(db, done, steps);
    } finally {
      clearInterval(renewing);
      await leases.release(lease, holder);
    }
  }
}

type Db = NonNullable<Connection['db']>;

async function runSteps(
  db: Db,
  done: ReturnType<typeof db.collection<Done>>,
  steps: readonly Step[],
): Promise<void> {
  const umzug = new Umzug({
    migrations: steps.map((step) => ({
      name: step.name,
      up: () => step.up(db).catch((error: unknown) => Promise.reject(new MigrationError(step.name, error))),
    })),
    logger: undefined,
    storage: {
      executed: async () => (await done.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id),
      logMigration: async ({ name }) =>
        void (await done.updateOne({ _id: name }, { $set: { at: new Date() } }, { upsert: true })),
      unlogMigration: () => Promise.reject(new Error('stored data only goes forward')),
    },
  });
  try {
    await umzug.up();
  } catch (error) {
    throw error instanceof Error && error.cause instanceof MigrationError ? error.cause : error;
  }
}
