import { randomUUID } from 'node:crypto';
import { RestoringError } from '../store/backup/backup-error';
import { processLeases } from '../store/backup/process-leases';
import type { Store } from '../store/store';
import type { Surroundings } from './run-process';

const lookEveryMs = 3_000;
const leaseMs = 15_000;
const forgottenAfterMs = 3_600_000;

/**
 * Shows that this process runs, and ends it when a restore begins: what is in the store goes away under it. A restore waits for all who show
 * themselves; who was started meanwhile is refused the store.
 */
export async function endForRestore(
  { leases, restores }: Pick<Store, 'leases' | 'restores'>,
  { logger, signal }: Pick<Surroundings, 'logger' | 'signal'>,
): Promise<void> {
  const holder = randomUUID();
  const lease = `${processLeases}${holder}`;
  await leases.forget(processLeases, new Date(Date.now() - forgottenAfterMs));
  await leases.take(lease, holder, leaseMs);
  async function look(): Promise<void> {
    await leases.renew(lease, holder, leaseMs);
    if (signal.aborted || (await restores.load())?.state !== 'restoring') return;
    logger.warn(new RestoringError().message);
    process.kill(process.pid, 'SIGTERM');
  }
  const timer = setInterval(() => void look().catch(() => undefined), lookEveryMs);
  timer.unref();
}
