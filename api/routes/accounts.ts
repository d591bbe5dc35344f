import { z } from 'zod';
import type { AccountDoc } from '../../store/accounts';
import { unlessTaken } from '../../store/queries';
import type { Store } from '../../store/store';
import { accountSchema, kindField, toAccount } from '../cards/account-card';
import type { ApiContext } from '../context';
import { endpoint, ok, parseInput, type Endpoint } from '../http/endpoint';
import { idField, nameField, phoneField } from '../http/fields';
import { choosePortal, readPhone } from '../choose-portal';
import { badField, orNotFound, Problem } from '../http/problem';

const newAccount = z.strictObject({
  kind: kindField,
  phone: phoneField,
  name: nameField,
  portalId: idField.optional(),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'For `waha`: `hmacKey`, the key WAHA signs with, at least 16 characters.' }),
});

const noSettings = z.strictObject({ settings: z.strictObject({}).optional() });
const wahaSettings = z.strictObject({
  settings: z.strictObject({
    hmacKey: z.string('is needed').min(16, 'has at least 16 characters').max(512),
  }),
});

function readHmacKey({ kind, settings }: z.output<typeof newAccount>): string | null {
  if (kind === 'waha') return parseInput(wahaSettings, { settings: settings ?? {} }).settings.hmacKey;
  if (kind !== 'ingest') {
    throw badField('kind', 'comes later; ingest and waha are supported', 'unsupported_kind');
  }
  parseInput(noSettings, { settings });
  return null;
}

const tag = 'Accounts';

const loadAccount = async ({ accounts }: Store, accountId: string): Promise<AccountDoc> =>
  orNotFound(await accounts.load(accountId), 'account');

/** Our WhatsApp numbers. */
export function createAccountRoutes({ store, publicUrl }: ApiContext): Endpoint[] {
  return [
    endpoint('GET /accounts', {
      role: 'admin',
      operationId: 'listAccounts',
      tag,
      summary: 'List our numbers',
      answers: { 200: { description: 'All accounts.', schema: z.object({ items: z.array(accountSchema) }) } },
      async handle() {
        const accounts = await store.accounts.list();
        return ok({ items: accounts.map((account) => toAccount(account, publicUrl)) });
      },
    }),
    endpoint('GET /accounts/:accountId', {
      role: 'admin',
      operationId: 'getAccount',
      tag,
      summary: 'Show one of our numbers',
      answers: { 200: { description: 'The account.', schema: accountSchema } },
      handle: async ({ params }) => ok(toAccount(await loadAccount(store, params.accountId), publicUrl)),
    }),
  ];
}

/** New accounts and their tokens. Secrets go in and a token comes out once; neither is ever shown again. */
export function createNewAccountRoutes({ store, publicUrl, defaultCountry }: ApiContext): Endpoint[] {
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
          description: 'Added. The ingest token is shown this once; `waha` has none.',
          schema: z.object({ account: accountSchema, token: z.string().nullable() }),
        },
      },
      async handle({ body }) {
        const hmacKey = readHmacKey(body);
        const { kind, name } = body;
        const portal = await choosePortal(store, body.portalId);
        const e164 = readPhone(body.phone, portal, defaultCountry);
        const { account, token } = await add({ portalId: portal._id, kind, e164, name, hmacKey });
        const shown = kind === 'ingest' ? token : null;
        return { status: 201, body: { account: toAccount(account, publicUrl), token: shown } };
      },
    }),
    endpoint('POST /accounts/:accountId/token', {
      role: 'admin',
      operationId: 'renewAccountToken',
      tag,
      summary: 'Make a new ingest token; the old one stops working at once',
      answers: { 200: { description: 'Shown this once.', schema: z.object({ token: z.string() }) } },
      async handle({ params }) {
        const account = await loadAccount(store, params.accountId);
        if (account.kind !== 'ingest') throw new Problem('no_token_for_kind');
        const token = orNotFound(await store.accounts.renewToken(account._id), 'account');
        return ok({ token });
      },
    }),
  ];
}
