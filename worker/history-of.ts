import type { ActivityDeps } from '../activities';
import type { Store } from '../store/store';
import { createWahaPast } from '../whatsapp/waha/past';

/** The sources whose past can be read; an account of WAHA that is only delivered to cannot be asked. */
export const createHistoryOf =
  ({ accounts }: Pick<Store, 'accounts'>): NonNullable<ActivityDeps['historyOf']> =>
  (account) => {
    const way = account.kind === 'waha' ? accounts.openWaha(account) : null;
    return way && createWahaPast({ ...way, e164: account.e164 });
  };
