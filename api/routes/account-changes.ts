import { z } from 'zod';
import type { AccountDoc } from '../../store/accounts';
import { createWahaClient } from '../../whatsapp/waha/rest/client';
import { WahaError, WahaKeyError } from '../../whatsapp/waha/rest/errors';
import { accountSchema, toAccount } from '../cards/account-card';
import type { ApiContext } from '../context';
import { endpoint, ok, parseInput, type Endpoint } from '../http/endpoint';
import { nameField } from '../http/fields';
import { badField, Problem } from '../http/problem';
import { loadAccount } from '../waha/load-account';
import { parseSettings, settingsField, toWahaChange, type WahaSettings } from '../waha/settings';
import { changeMetaSettings } from '../meta/change';
import { takeHookOut } from '../waha/set-up';

const change = z.strictObject({ name: nameField.optional(), settings: settingsField });
const noSettings = z.strictObject({ settings: z.strictObject({}).optional() });

/** A key that WAHA refuses does not take the place of one that works; a WAHA that is away is believed. */
async function tryKey(account: AccountDoc, settings: WahaSettings): Promise<void> {
  const { baseUrl = account.waha?.baseUrl, apiKey, session = account.waha?.session ?? 'default' } = settings;
  if (apiKey === undefined || baseUrl === undefined) return;
  const client = createWahaClient({ baseUrl, apiKey, session, timeoutMs: 10_000 });
  try {
    await client.findSession();
  } catch (error) {
    if (error instanceof WahaKeyError) throw badField('settings.apiKey', 'is not accepted by WAHA');
    if (!(error instanceof WahaError)) throw error;
  }
}

async function changeSettings(context: ApiContext, account: AccountDoc, given: unknown): Promise<void> {
  const settings = parseSettings(given);
  const changed = toWahaChange(settings);
  if (changed && !account.waha && settings.baseUrl === undefined) {
    throw badField('settings.baseUrl', 'is needed first');
  }
  await tryKey(account, settings);
  const { accounts } = context.store;
  if (changed) await accounts.setWaha(account, changed);
  const { hmacKey } = settings;
  if (hmacKey === undefined || hmacKey === accounts.openHmacKey(account)) return;
  if (!(await accounts.replaceHmacKey(account, hmacKey))) throw new Problem('change_under_way');
}

const answer = { description: 'The account.', schema: accountSchema };

/** Changes of an account, and its end. */
export function createAccountChangeRoutes(context: ApiContext): Endpoint[] {
  const { store, publicUrl } = context;
  const tag = 'Accounts';
  return [
    endpoint('PATCH /accounts/:accountId', {
      role: 'admin',
      operationId: 'changeAccount',
      tag,
      summary: 'Change an account’s name or settings; what is left out stays. Set it up again afterwards',
      body: change,
      answers: { 200: answer },
      async handle({ params, body: { name, settings } }) {
        const account = await loadAccount(store, params.accountId);
        if (account.kind === 'waha') await changeSettings(context, account, settings);
        else if (account.kind === 'meta') await changeMetaSettings(context, account, settings);
        else parseInput(noSettings, { settings });
        if (name !== undefined) await store.accounts.rename(account._id, name);
        return ok(toAccount(await loadAccount(store, account._id), publicUrl));
      },
    }),
    endpoint('DELETE /accounts/:accountId', {
      role: 'admin',
      operationId: 'removeAccount',
      tag,
      summary:
        'Remove an account: it takes nothing any more. What it brought stays and goes to its pages; added again, it is the same account',
      query: z.strictObject({
        logOut: z.enum(['true', 'false']).optional().meta({
          description: 'With `true` WAHA’s session is logged out, too: the phone no longer lists it.',
        }),
      }),
      answers: {
        200: {
          description:
            'Removed. `webhookRemoved` is false where WAHA could not be told; null where it is not asked.',
          schema: z.object({ webhookRemoved: z.boolean().nullable() }),
        },
      },
      async handle({ params, query: { logOut } }) {
        const account = await loadAccount(store, params.accountId);
        // First WAHA, whose key is forgotten with the account; after a crash in between the account is there to be removed again.
        const webhookRemoved = await takeHookOut(context, account, { logOut: logOut === 'true' });
        await store.accounts.remove(account._id, new Date());
        return ok({ webhookRemoved });
      },
    }),
  ];
}
