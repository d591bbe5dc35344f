import type { AccountDoc } from '../../store/accounts';
import { toLoggable } from '../../telemetry';
import type { ApiContext } from '../context';
import { tryAgain } from './try-again';

const portion = 50;
/** The rest is the sweep's: it looks every interval. */
const atMost = 1_000;

/** What waited for the labels of an account's chats is taken in, or left out, in the order it came. */
async function takeAll(context: ApiContext, { _id: accountId, portalId }: AccountDoc): Promise<void> {
  const { unreadable } = context.store;
  let after: string | null = null;
  for (let read = 0; read < atMost; read += portion) {
    const rows = await unreadable.listHeld(portalId, { after, limit: portion });
    for (const row of rows) if (row.accountId === accountId) await tryAgain(context, row);
    after = rows.at(-1)?._id ?? null;
    if (rows.length < portion) return;
  }
}

/** The same, where nobody waits for it: what fails, or is not reached, is left to the sweep. */
export const takeHeldIn = (context: ApiContext, account: AccountDoc): Promise<void> =>
  takeAll(context, account).catch((error: unknown) => {
    context.logger.warn({ accountId: account._id, ...toLoggable(error) }, 'held messages wait for the sweep');
  });
