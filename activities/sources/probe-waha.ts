import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { createWahaClient } from '../../whatsapp/waha/rest/client';
import { ServerKeyError } from '../../whatsapp/rest/errors';
import type { Probed } from '../deps';

/** A sweep waits for all probes together. */
const timeoutMs = 5_000;

/** Asks a WAHA for its session's state. Null: this account is not asked, it only delivers. */
export function createWahaProbe({ accounts }: Pick<Store, 'accounts'>) {
  return async (account: AccountDoc): Promise<Probed | null> => {
    const access = accounts.openWaha(account);
    if (!access) return null;
    try {
      const session = await createWahaClient({ ...access, timeoutMs }).findSession();
      return { outcome: 'answered', word: session?.status ?? 'STOPPED' };
    } catch (error) {
      return { outcome: error instanceof ServerKeyError ? 'refused' : 'no-answer', word: null };
    }
  };
}
