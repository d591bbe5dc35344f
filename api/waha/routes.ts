import { z } from 'zod';
import { WahaError, WahaStateError } from '../../whatsapp/waha/rest/errors';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { Problem } from '../http/problem';
import type { AccountDoc } from '../../store/accounts';
import { loadAccount } from './load-account';
import { checkWaha } from './check';
import { newHmacKey } from './settings';
import { setUpWaha } from './set-up';
import { clientOf } from './way';

const tag = 'Accounts';

const checkSchema = z
  .object({
    ok: z.boolean().meta({ description: 'Nothing is missing.' }),
    state: z.string().nullable().meta({ description: 'The session’s state, as WAHA says it.' }),
    points: z.array(
      z.object({
        code: z.string(),
        ok: z.boolean(),
        text: z.string().meta({ description: 'What is right, or what is to be done.' }),
      }),
    ),
  })
  .meta({ id: 'AccountCheck' });

async function showCheck(context: ApiContext, account: AccountDoc): Promise<z.output<typeof checkSchema>> {
  const { state, points } = await checkWaha(context, account);
  return { ok: points.every((point) => point.ok), state, points };
}

async function loadWaha({ store }: ApiContext, accountId: string): Promise<AccountDoc> {
  const account = await loadAccount(store, accountId);
  if (account.kind !== 'waha')
    throw new Problem('source_not_asked', { detail: 'The account is not of WAHA.' });
  return account;
}

/** A fault of WAHA's is a point of the check that follows, and no failure of the request. */
async function trySetUp(context: ApiContext, account: AccountDoc): Promise<void> {
  await setUpWaha(context, account).catch((error: unknown) => {
    if (!(error instanceof WahaError)) throw error;
  });
}

const checkAnswer = { description: 'What is right and what is missing, in words.', schema: checkSchema };

function createSetUpRoutes(context: ApiContext): Endpoint[] {
  return [
    endpoint('POST /accounts/:accountId/set-up', {
      role: 'admin',
      operationId: 'setUpAccount',
      tag,
      summary: 'Make WAHA’s session and its webhook as they must be; may be repeated at any time',
      answers: { 200: checkAnswer, 409: { description: '`source_not_asked`: the account has no baseUrl.' } },
      async handle({ params }) {
        const account = await loadWaha(context, params.accountId);
        clientOf(context, account);
        await trySetUp(context, account);
        return ok(await showCheck(context, account));
      },
    }),
    endpoint('GET /accounts/:accountId/check', {
      role: 'admin',
      operationId: 'checkAccount',
      tag,
      summary: 'Ask WAHA how the session is, and say what is missing',
      answers: { 200: checkAnswer },
      handle: async ({ params }) => ok(await showCheck(context, await loadWaha(context, params.accountId))),
    }),
    endpoint('POST /accounts/:accountId/hmac-key', {
      role: 'admin',
      operationId: 'renewHmacKey',
      tag,
      summary:
        'Make a new key for webhooks; the old one is good until WAHA signs with the new one, and a day longer',
      answers: {
        200: {
          description:
            'The key, shown this once. WAHA was told of it where `told` is true; else set up again.',
          schema: z.object({ hmacKey: z.string(), told: z.boolean() }),
        },
        409: { description: '`change_under_way`: another renewal was first.' },
      },
      async handle({ params }) {
        const account = await loadWaha(context, params.accountId);
        const hmacKey = newHmacKey();
        // Stored before WAHA is told: a crash in between leaves the old key in use, which stays good.
        if (!(await context.store.accounts.replaceHmacKey(account, hmacKey)))
          throw new Problem('change_under_way');
        const renewed = await loadAccount(context.store, account._id);
        if (context.store.accounts.openWaha(renewed)) await trySetUp(context, renewed);
        const { points } = await checkWaha(context, renewed);
        return ok({ hmacKey, told: points.some(({ code, ok: isRight }) => code === 'webhook' && isRight) });
      },
    }),
  ];
}

const actions = {
  start: 'startSession',
  stop: 'stopSession',
  restart: 'restartSession',
  'log-out': 'logOutSession',
} as const;

function createSessionRoutes(context: ApiContext): Endpoint[] {
  return [
    endpoint('GET /accounts/:accountId/qr', {
      role: 'admin',
      operationId: 'getAccountQr',
      tag,
      summary: 'The code to scan on the phone, as a PNG; it changes every 20 s or so',
      answers: {
        200: { description: 'A PNG.', bytes: true },
        409: {
          description: '`source_state`: the session does not wait for a scan; `detail` says its state.',
        },
      },
      async handle({ params }) {
        const account = await loadWaha(context, params.accountId);
        const client = clientOf(context, account);
        try {
          const body = await client.fetchQr();
          return { status: 200, type: 'png', headers: { 'Cache-Control': 'no-store' }, body };
        } catch (error) {
          if (!(error instanceof WahaStateError)) throw error;
          const session = await client.findSession();
          const detail = `There is no code to scan: the session is ${session?.status ?? 'not there'}.`;
          throw new Problem('source_state', { detail });
        }
      },
    }),
    endpoint('POST /accounts/:accountId/session', {
      role: 'admin',
      operationId: 'changeAccountSession',
      tag,
      summary: 'Start, stop, restart or log out WAHA’s session',
      body: z.strictObject({ action: z.enum(['start', 'stop', 'restart', 'log-out']) }),
      answers: { 200: checkAnswer },
      async handle({ params, body: { action } }) {
        const account = await loadWaha(context, params.accountId);
        await clientOf(context, account)[actions[action]]();
        return ok(await showCheck(context, account));
      },
    }),
  ];
}

/** Accounts of WAHA: set-up, check, code to scan, keys. */
export const createWahaRoutes = (context: ApiContext): Endpoint[] => [
  ...createSetUpRoutes(context),
  ...createSessionRoutes(context),
];
