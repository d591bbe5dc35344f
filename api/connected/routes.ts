import { z } from 'zod';
import type { ApiContext } from '../context';
import { endpoint, ok, type Endpoint } from '../http/endpoint';
import { Problem } from '../http/problem';
import { newHmacKey } from './fields';
import type { AccountDoc } from '../../store/accounts';
import { sessionActions } from './connected-source';
import { loadAccount } from './load-account';
import { sessionOf, sourceOf } from './sources';

const tag = 'Accounts';

const checkSchema = z
  .object({
    ok: z.boolean().meta({ description: 'Nothing is missing.' }),
    state: z.string().nullable().meta({ description: 'The session’s state, as the source says it.' }),
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
  const { state, points } = await sourceOf(account).check(context, account);
  return { ok: points.every((point) => point.ok), state, points };
}

const checkAnswer = { description: 'What is right and what is missing, in words.', schema: checkSchema };

function createSetUpRoutes(context: ApiContext): Endpoint[] {
  return [
    endpoint('POST /accounts/:accountId/set-up', {
      role: 'admin',
      operationId: 'setUpAccount',
      tag,
      summary: 'Make the source’s session and its webhook as they must be; may be repeated at any time',
      answers: {
        200: checkAnswer,
        409: { description: '`source_not_asked`: the account does not say where its source is.' },
      },
      async handle({ params }) {
        const account = await loadAccount(context.store, params.accountId);
        await sessionOf(account).setUp(context, account);
        return ok(await showCheck(context, account));
      },
    }),
    endpoint('GET /accounts/:accountId/check', {
      role: 'admin',
      operationId: 'checkAccount',
      tag,
      summary: 'Ask the source how it is, and say what is missing',
      answers: { 200: checkAnswer },
      handle: async ({ params }) =>
        ok(await showCheck(context, await loadAccount(context.store, params.accountId))),
    }),
    endpoint('POST /accounts/:accountId/hmac-key', {
      role: 'admin',
      operationId: 'renewHmacKey',
      tag,
      summary:
        'Make a new key for webhooks; the old one is good until the source uses the new one, and a day longer',
      answers: {
        200: {
          description:
            'The key, shown this once. The source was told of it where `told` is true; else set up again.',
          schema: z.object({ hmacKey: z.string(), told: z.boolean() }),
        },
        409: { description: '`change_under_way`: another renewal was first.' },
      },
      async handle({ params }) {
        const account = await loadAccount(context.store, params.accountId);
        const session = sessionOf(account);
        const hmacKey = newHmacKey();
        // Stored before the source is told: a crash in between leaves the old key in use, which stays good.
        if (!(await context.store.accounts.replaceHmacKey(account, hmacKey)))
          throw new Problem('change_under_way');
        const renewed = await loadAccount(context.store, account._id);
        if (session.isAsked(context, renewed)) await session.setUp(context, renewed);
        const { points } = await sourceOf(renewed).check(context, renewed);
        return ok({ hmacKey, told: points.some(({ code, ok: isRight }) => code === 'webhook' && isRight) });
      },
    }),
  ];
}

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
        const account = await loadAccount(context.store, params.accountId);
        const body = await sessionOf(account).fetchQr(context, account);
        return { status: 200, type: 'png', headers: { 'Cache-Control': 'no-store' }, body };
      },
    }),
    endpoint('POST /accounts/:accountId/session', {
      role: 'admin',
      operationId: 'changeAccountSession',
      tag,
      summary: 'Start, stop, restart or log out the source’s session',
      body: z.strictObject({ action: z.enum(sessionActions) }),
      answers: {
        200: checkAnswer,
        409: { description: '`source_state`: the source cannot do this now, or not at all.' },
      },
      async handle({ params, body: { action } }) {
        const account = await loadAccount(context.store, params.accountId);
        await sessionOf(account).act(context, account, action);
        return ok(await showCheck(context, account));
      },
    }),
  ];
}

/** Accounts whose source is set up and asked by us: set-up, check, code to scan, keys. */
export const createConnectedRoutes = (context: ApiContext): Endpoint[] => [
  ...createSetUpRoutes(context),
  ...createSessionRoutes(context),
];
