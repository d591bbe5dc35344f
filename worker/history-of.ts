import type { ActivityDeps } from '../activities';
import type { Store } from '../store/store';
import { createEvolutionPast } from '../whatsapp/evolution/past';
import { createWahaPast } from '../whatsapp/waha/past';

/** The sources whose past can be read; an account of WAHA that is only delivered to cannot be asked. */
export const createHistoryOf =
  ({ accounts }: Pick<Store, 'accounts'>): NonNullable<ActivityDeps['historyOf']> =>
  (account) => {
    const { kind, e164 } = account;
    const evolution = kind === 'evolution' ? accounts.openEvolution(account) : null;
    if (evolution) return createEvolutionPast({ ...evolution, e164 });
    const waha = kind === 'waha' ? accounts.openWaha(account) : null;
    return waha && createWahaPast({ ...waha, e164 });
  };
