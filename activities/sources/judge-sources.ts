import { log } from '@temporalio/activity';
import { stateOf } from '../../domain/source/words';
import { judgeAccount } from '../../sources/judge-account';
import type { AccountDoc } from '../../store/accounts';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';
import { createSourceProbe } from './probe-source';

/** Asks a source that can be asked, and notes its answer. */
async function probe(
  { store, probeSource = createSourceProbe(store) }: ActivityDeps,
  account: AccountDoc,
): Promise<AccountDoc> {
  const askedAt = new Date();
  const probed = await probeSource(account);
  if (!probed) return account;
  const { _id } = account;
  const now = new Date();
  await store.accounts.recordProbe(_id, probed.outcome, now);
  if (probed.word !== null) await store.accounts.recordProbedState(_id, probed.word, askedAt);
  return (await store.accounts.load(_id)) ?? account;
}

/** Judges how each source of a portal is; a change is told. A source that cannot be judged stops no other. */
export async function judgeSources(deps: ActivityDeps, portalId: string): Promise<void> {
  const { store } = deps;
  const [portal, accounts] = await Promise.all([store.portals.load(portalId), store.accounts.list()]);
  await isolate(deps, {
    ...{ portalId, kind: 'source', items: accounts.filter((account) => account.portalId === portalId) },
    ...{ idOf: ({ _id }: AccountDoc) => _id, atOnce: 10 },
    async work(known) {
      const account = await probe(deps, known);
      const change = await judgeAccount(store, account, portal?.timeZone ?? 'UTC', new Date());
      if (!change) return;
      const { accountId, before, now } = change;
      log.info('A source changed', { portalId, accountId, before, now });
      deps.onSource?.(stateOf(now));
    },
  });
}
