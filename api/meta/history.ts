import { z } from 'zod';
import type { AccountDoc } from '../../store/accounts';
import { MetaRefusedError } from '../../whatsapp/meta/rest/graph';
import { ServerError, ServerUnreachableError } from '../../whatsapp/rest/errors';
import { metaHistorySchema } from '../cards/meta-history-card';
import { pick } from '../cards/to-card';
import { loadAccount } from '../connected/load-account';
import type { ApiContext } from '../context';
import { endpoint, type Endpoint } from '../http/endpoint';
import { Problem } from '../http/problem';
import { findMetaClient } from './way';

/** What may be asked for: nothing that was asked for before, unless Meta's answer was lost and somebody says so. */
function demandUnasked({ meta }: AccountDoc, again: boolean): void {
  const state = meta?.history?.state ?? null;
  if (state === null || state === 'declined' || (state === 'asking' && again)) return;
  const detail =
    state === 'asking'
      ? 'Meta’s answer to the last request was lost. If nothing has come since, ask with again: true.'
      : 'Meta gives the history of a number once, and it was asked for.';
  throw new Problem('history_asked', { detail });
}

const refusedDetail = (code: number | null): string =>
  `Meta does not send the history (code ${code ?? 'unknown'}). It may be asked for once, within 24 hours after the number was connected, and only of a number that goes on in the WhatsApp Business app.`;

/**
 * Asks Meta for the phone's address book, then for its history. The wish is stored before Meta is asked. Refused, it is taken back; where the
 * answer is lost, or this process dies, it stays `asking`, and is not asked again unless somebody wants it: what comes ends it.
 */
async function askHistory(context: ApiContext, account: AccountDoc): Promise<void> {
  const { accounts } = context.store;
  const client = findMetaClient(context, account);
  if (!client) throw new Problem('source_not_asked', { detail: 'Set settings.accessToken of the account.' });
  const askedAt = new Date();
  if (!(await accounts.beginAsking(account, askedAt))) throw new Problem('change_under_way');
  // The address book may have been asked for before: without it there are only fewer names.
  await client.askSync('smb_app_state_sync').catch((error: unknown) => {
    if (!(error instanceof ServerError)) throw error;
  });
  try {
    await client.askSync('history');
  } catch (error) {
    const isRefused = error instanceof ServerError && !(error instanceof ServerUnreachableError);
    if (isRefused) await accounts.endAsking(account._id, askedAt, false);
    if (error instanceof MetaRefusedError)
      throw new Problem('source_refused', { detail: refusedDetail(error.code) });
    throw error;
  }
  await accounts.endAsking(account._id, askedAt, true);
}

/** Asking Meta for the past of a number. */
export const createMetaHistoryRoutes = (context: ApiContext): Endpoint[] => [
  endpoint('POST /accounts/:accountId/history-request', {
    role: 'admin',
    operationId: 'requestAccountHistory',
    tag: 'History',
    summary:
      'Ask Meta to send a number’s history of up to 180 days; it can be asked only once, within 24 hours after the number was connected',
    body: z.strictObject({
      again: z.boolean().default(false).meta({
        description: 'Ask once more where Meta’s answer to the last request was lost.',
      }),
    }),
    answers: {
      202: {
        description: 'It comes by webhooks; the account shows how far it is.',
        schema: metaHistorySchema,
      },
      409: {
        description:
          '`history_asked`: it was asked for already; `no_history`: the account is not of Meta; `source_not_asked`: it has no token.',
      },
      502: { description: '`source_refused`: Meta does not send it.' },
      503: { description: '`source_unavailable`: Meta’s answer was lost, so that nobody knows.' },
    },
    async handle({ params, body: { again } }) {
      const account = await loadAccount(context.store, params.accountId);
      if (account.kind !== 'meta') throw new Problem('no_history');
      demandUnasked(account, again);
      await askHistory(context, account);
      const { meta } = await loadAccount(context.store, account._id);
      if (!meta?.history) throw new Problem('change_under_way');
      return { status: 202, body: pick(metaHistorySchema, meta.history) };
    },
  }),
];
