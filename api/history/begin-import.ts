import type { AccountDoc } from '../../store/accounts';
import type { ImportDoc, NewImport } from '../../store/history/imports';
import type { ApiContext } from '../context';
import { Problem } from '../http/problem';
import { wakeImport } from './import-workflows';

/** Sources that can be asked for their past. */
export const hasHistory = ({ kind }: AccountDoc): boolean => kind === 'waha' || kind === 'evolution';

const metaAdvice = 'Meta sends its history itself, once: ask for it by /history-request of the account.';

const mostAtOnce = 20;

/** Writes the import, then starts its workflow; an API that dies in between leaves it to the sweep. */
export async function beginImport(
  context: ApiContext,
  account: AccountDoc,
  wish: Pick<NewImport, 'from' | 'chats' | 'linkId'>,
): Promise<ImportDoc> {
  const { store } = context;
  const { _id: accountId, portalId } = account;
  if (account.kind === 'meta') throw new Problem('no_history', { detail: metaAdvice });
  if (!hasHistory(account)) throw new Problem('no_history');
  const running = await store.imports.list(
    { accountId, state: 'running' },
    { after: null, limit: mostAtOnce },
  );
  if (running.length === mostAtOnce) throw new Problem('too_many_imports');
  const begun = await store.imports.begin({ portalId, accountId, kind: 'history', to: new Date(), ...wish });
  await wakeImport(context, begun);
  return begun;
}
