import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { createEvolutionClient } from '../../whatsapp/evolution/rest/client';
import { createMetaClient } from '../../whatsapp/meta/rest/client';
import { wordOfStatus } from '../../whatsapp/meta/state';
import { ServerKeyError } from '../../whatsapp/rest/errors';
import { createWahaClient } from '../../whatsapp/waha/rest/client';
import type { Probed } from '../deps';

/** A sweep waits for all probes together. */
const timeoutMs = 5_000;

/** How an account's source is asked for its state; null: it is not asked, it only delivers. */
function findAsk(
  { accounts }: Pick<Store, 'accounts'>,
  account: AccountDoc,
): (() => Promise<string | null>) | null {
  const evolution = accounts.openEvolution(account);
  if (evolution) {
    const client = createEvolutionClient({ ...evolution, timeoutMs });
    return async () => (await client.findState()) ?? 'close';
  }
  const meta = accounts.openMeta(account);
  if (meta) {
    const client = createMetaClient({ ...meta, timeoutMs });
    return async () => wordOfStatus((await client.fetchNumber()).status);
  }
  const waha = accounts.openWaha(account);
  const client = waha && createWahaClient({ ...waha, timeoutMs });
  return client && (async () => (await client.findSession())?.status ?? 'STOPPED');
}

/** Asks a source for its session's state. Null: this account is not asked. */
export function createSourceProbe(store: Pick<Store, 'accounts'>) {
  return async (account: AccountDoc): Promise<Probed | null> => {
    const ask = findAsk(store, account);
    if (!ask) return null;
    try {
      return { outcome: 'answered', word: await ask() };
    } catch (error) {
      return { outcome: error instanceof ServerKeyError ? 'refused' : 'no-answer', word: null };
    }
  };
}
