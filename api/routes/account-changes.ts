import { z } from 'zod';
import { accountSchema, toAccount } from '../cards/account-card';
import type { ApiContext } from '../context';
import { endpoint, ok, parseInput, type Endpoint } from '../http/endpoint';
import { nameField } from '../http/fields';
import { settingsField } from '../connected/fields';
import { loadAccount } from '../connected/load-account';
import { connectedSources } from '../connected/sources';

const change = z.strictObject({ name: nameField.optional(), settings: settingsField });
const noSettings = z.strictObject({ settings: z.strictObject({}).optional() });

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
        const source = connectedSources[account.kind];
        if (source) await source.change(context, account, settings);
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
          description: 'With `true` the source’s session is logged out, too: the phone no longer lists it.',
        }),
      }),
      answers: {
        200: {
          description:
            'Removed. `webhookRemoved` is false where the source could not be told; null where it is not asked.',
          schema: z.object({ webhookRemoved: z.boolean().nullable() }),
        },
      },
      async handle({ params, query: { logOut } }) {
        const account = await loadAccount(store, params.accountId);
        // First the source, whose key is forgotten with the account; after a crash in between the account is there to be removed again.
        const session = connectedSources[account.kind]?.session;
        const how = { logOut: logOut === 'true' };
        const webhookRemoved = (await session?.takeHookOut(context, account, how)) ?? null;
        await store.accounts.remove(account._id, new Date());
        await store.labelledChats.removeOfAccount(account._id);
        return ok({ webhookRemoved });
      },
    }),
  ];
}
