import { z } from 'zod';
import { unlessTaken } from '../../store/queries';
import { accountSchema, kindField, toAccount, toAccountFor } from '../cards/account-card';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { idField, nameField, phoneField } from '../http/fields';
import { choosePortal, readPhone } from '../choose-portal';
import { orNotFound, Problem } from '../http/problem';
import { settingsField } from '../connected/fields';
import { loadAccount } from '../connected/load-account';
import { readNewSettings } from './new-settings';

const newAccount = z.strictObject({
  kind: kindField,
  phone: phoneField,
  name: nameField,
  portalId: idField.optional(),
  settings: settingsField,
});

const tag = 'Accounts';
const minuteMs = 60_000;

/** Our WhatsApp numbers. */
export function createAccountRoutes({ store, publicUrl }: ApiContext): Endpoint[] {
  return [
    endpoint('GET /accounts', {
      role: 'viewer',
      operationId: 'listAccounts',
      tag,
      summary: 'List our numbers; how each is set up is for admins',
      answers: { 200: { description: 'All accounts.', schema: z.object({ items: z.array(accountSchema) }) } },
      async handle({ actor: { role } }) {
        const accounts = await store.accounts.list();
        return ok({ items: accounts.map((account) => toAccountFor(role, account, publicUrl)) });
      },
    }),
    endpoint('GET /accounts/:accountId', {
      role: 'viewer',
      operationId: 'getAccount',
      tag,
      summary: 'Show one of our numbers',
      answers: { 200: { description: 'The account.', schema: accountSchema } },
      handle: async ({ params, actor: { role } }) =>
        ok(toAccountFor(role, await loadAccount(store, params.accountId), publicUrl)),
    }),
  ];
}

const createTokenRoute = ({ store }: ApiContext): Endpoint =>
  endpoint('POST /accounts/:accountId/token', {
    role: 'admin',
    operationId: 'renewAccountToken',
    tag,
    summary: 'Make a new ingest token; the old one stops working at once, or after the time it is given',
    body: z.strictObject({
      keepOldForMinutes: z
        .number()
        .int()
        .min(0)
        .max(7 * 24 * 60)
        .default(0),
    }),
    answers: { 200: { description: 'Shown this once.', schema: z.object({ token: z.string() }) } },
    async handle({ params, body: { keepOldForMinutes } }) {
      const account = await loadAccount(store, params.accountId);
      if (account.kind !== 'ingest') throw new Problem('no_token_for_kind');
      const token = orNotFound(
        await store.accounts.renewToken(account._id, keepOldForMinutes * minuteMs),
        'account',
      );
      return ok({ token });
    },
  });

/** New accounts and their tokens. Secrets go in and a token comes out once; neither is ever shown again. */
export function createNewAccountRoutes(context: ApiContext): Endpoint[] {
  const { store, publicUrl, defaultCountry } = context;
  const add = async (fresh: Parameters<typeof store.accounts.add>[0]) => {
    const added = await unlessTaken(() => store.accounts.add(fresh));
    if (!added) throw new Problem('account_exists');
    return added;
  };
  return [
    endpoint('POST /accounts', {
      role: 'admin',
      operationId: 'createAccount',
      tag,
      summary: 'Add one of our WhatsApp numbers',
      body: newAccount,
      answers: {
        201: {
          description:
            'Added. Token and keys are shown this once: `token` of `ingest`, `hmacKey` of `waha` (it signs with it) and `evolution` (it carries it in a header), and `verifyToken` of `meta` where we made it.',
          schema: z.object({
            account: accountSchema,
            token: z.string().nullable(),
            hmacKey: z.string().nullable(),
            verifyToken: z.string().nullable(),
          }),
        },
      },
      async handle({ body }) {
        const { kind, name } = body;
        const { hmacKey, made, save } = readNewSettings(kind, body.settings);
        const portal = await choosePortal(store, body.portalId);
        const e164 = readPhone(body.phone, portal, defaultCountry);
        const { account, token } = await add({ portalId: portal._id, kind, e164, name, hmacKey });
        await save(store, account);
        const shown = toAccount(await loadAccount(store, account._id), publicUrl);
        return {
          status: 201,
          body: { account: shown, token: kind === 'ingest' ? token : null, ...made },
        };
      },
    }),
    createTokenRoute(context),
  ];
}
