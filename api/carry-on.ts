import { randomUUID } from 'node:crypto';
import type { OperationDoc } from '../store/operations';
import { toLoggable } from '../telemetry';
import type { ApiContext } from './context';

const leaseMs = 60_000;
const lookEveryMs = 60_000;

interface Carried {
  /** Begins the names of the leases. */
  name: string;
  listRunning: () => Promise<OperationDoc[]>;
  /** Works an operation off, from where it is; `renew` after each part. What it throws is tried again later. */
  work: (operation: OperationDoc, renew: () => Promise<void>) => Promise<void>;
}

export interface Carrier {
  /** Begins an operation that was saved; nobody waits for it. */
  run: (operation: OperationDoc) => void;
}

/** Carries out operations of one kind, one process each: one that dies loses its lease, and another goes on. */
export function carryOn(
  { store, logger, stopped }: Pick<ApiContext, 'store' | 'logger' | 'stopped'>,
  { name, listRunning, work }: Carried,
): Carrier {
  const holder = randomUUID();

  async function run(operation: OperationDoc): Promise<void> {
    const lease = `${name}/${operation._id}`;
    if (!(await store.leases.take(lease, holder, leaseMs))) return;
    try {
      await work(operation, () => store.leases.renew(lease, holder, leaseMs));
    } finally {
      await store.leases.release(lease, holder);
    }
  }

  async function goOn(): Promise<void> {
    for (const operation of await listRunning()) await run(operation);
  }

  const note = (error: unknown) => logger.warn(toLoggable(error), `an operation waits: ${name}`);
  const timer = setInterval(() => void goOn().catch(note), lookEveryMs);
  timer.unref();
  stopped?.addEventListener('abort', () => clearInterval(timer), { once: true });
  void goOn().catch(note);
  return { run: (operation) => void run(operation).catch(note) };
}
