import { log } from '@temporalio/activity';
import { listHiddenLabels } from '../../domain/source/labels';
import { readLabels } from '../../intake/labels/read-labels';
import type { AccountDoc } from '../../store/accounts';
import { createWahaClient } from '../../whatsapp/waha/rest/client';
import { ServerError } from '../../whatsapp/rest/errors';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';

/** A sweep waits for all readings together. */
const timeoutMs = 10_000;

/**
 * Reads the labels of a portal's accounts that leave out chats by them: WEBJS never says that they changed, and a webhook may get lost. Where they
 * were not known, messages wait until this goes through.
 */
export async function followLabels(deps: ActivityDeps, portalId: string): Promise<void> {
  const { store } = deps;
  const items = (await store.accounts.listOfPortal(portalId)).filter(
    ({ kind, policy }) => kind === 'waha' && listHiddenLabels(policy).length > 0,
  );
  if (items.length === 0) return;
  await isolate<AccountDoc>(deps, {
    ...{ portalId, kind: 'source', items, idOf: ({ _id }) => _id, atOnce: 4 },
    async work(account) {
      const access = store.accounts.openWaha(account);
      if (!access) return;
      try {
        await readLabels(store, account._id, createWahaClient({ ...access, timeoutMs }));
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        log.info('Labels cannot be read now', { accountId: account._id, call: error.call });
      }
    },
  });
}
