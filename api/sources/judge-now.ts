import { stateOf } from '../../domain/source/words';
import { judgeAccount } from '../../sources/judge-account';
import { toLoggable } from '../../telemetry';
import type { ApiContext } from '../context';

/**
 * Judges a source at once, after it said something of itself; the sweep would do it minutes later. Never fails: the sweep does
 * what is left undone.
 */
export async function judgeNow({ store, logger, metrics }: ApiContext, accountId: string): Promise<void> {
  try {
    const account = await store.accounts.load(accountId);
    const portal = account && (await store.portals.load(account.portalId));
    const change = account && (await judgeAccount(store, account, portal?.timeZone ?? 'UTC', new Date()));
    if (!change) return;
    const { before, now } = change;
    logger.info({ accountId, before, now }, 'A source changed');
    metrics.sourceChanges.inc({ state: stateOf(now) });
  } catch (error) {
    logger.warn(toLoggable(error), 'A source cannot be judged now');
  }
}
