import { Router, type Request, type RequestHandler } from 'express';
import type { AccountDoc } from '../../store/accounts';
import { ownAliasesOf } from '../../store/sources/own-names';
import { readOwnLids } from '../../whatsapp/waha/own-names';
import { mayChangeLabels } from '../../whatsapp/waha/events/labels';
import { readSessionStatus } from '../../whatsapp/waha/session-status';
import { findMismatch, readEventTime } from '../../whatsapp/waha/ownership';
import { isSignature, verifySignature } from '../../whatsapp/waha/signature';
import { translateWaha } from '../../whatsapp/waha/translate';
import type { ApiContext } from '../context';
import { createBodyPool, type BodyPool } from '../door/body-pool';
import { letIn } from '../door/let-in';
import { accountOf } from '../http/auth';
import { idShape } from '../http/endpoint';
import { limitAccounts } from '../http/limits';
import { notFound, Problem } from '../http/problem';
import { takeInAndWake } from '../links/take-in-and-wake';
import { followLabels, hidesLabels } from '../waha/labels';
import { hookLimits, readHookPayload, toHookAnswer, type HookAnswer } from './hook-payload';
import { noteKeyInUse, noteState, refuseForeign } from './linked-device';

interface HookContext extends ApiContext {
  bodies: BodyPool;
}

const source = 'waha';

/** The account behind the address, and that there is a signature at all: both before a byte of the body is read. */
async function findAddressee({ store }: ApiContext, request: Request): Promise<AccountDoc> {
  const { accountId = '' } = request.params as { accountId?: string };
  const account = idShape.test(accountId) ? await store.accounts.load(accountId) : null;
  if (account?.kind !== 'waha' || account.removedAt) throw notFound('No such webhook.');
  if (!isSignature(toSignature(request))) throw new Problem('bad_signature');
  return account;
}

const toSignature = (request: Request) => ({
  hmacHex: request.get('x-webhook-hmac'),
  algorithm: request.get('x-webhook-hmac-algorithm'),
});

/** Reads the body and checks the signature over its raw bytes, by each key that is good. */
async function readSigned(context: HookContext, account: AccountDoc, request: Request): Promise<Buffer> {
  const now = new Date();
  const keys = context.store.accounts.openHmacKeys(account, now);
  const { rawBody, used } = await context.bodies.read(request, (body) => ({
    rawBody: body,
    used: keys.findIndex((key) => verifySignature({ rawBody: body, ...toSignature(request), key })),
  }));
  if (used < 0) throw new Problem('bad_signature');
  letIn(request);
  await noteKeyInUse(context, account, used, now);
  return rawBody;
}

async function takePayload(context: ApiContext, account: AccountDoc, payload: unknown): Promise<HookAnswer> {
  const receivedAt = new Date();
  const translations = translateWaha(payload, { receivedAt, ownAliases: ownAliasesOf(account) });
  await context.store.accounts.learnOwnLids(account, readOwnLids(payload, ownAliasesOf(account)));
  const items = translations.map((translation) => ({ raw: payload, translation }));
  const saidAt = readEventTime(payload, receivedAt) ?? receivedAt;
  const { taken } = await takeInAndWake(context, account, { source, items, saidAt });
  await noteState(context, account, { state: readSessionStatus(payload), saidAt });
  return toHookAnswer(taken);
}

/** What comes from now on waits until the labels are read. The note is written before WAHA gets its answer; the reading is nobody's to wait for. */
async function noteLabels(context: ApiContext, account: AccountDoc, payload: unknown): Promise<void> {
  if (!hidesLabels(account) || !mayChangeLabels(payload)) return;
  await context.store.accounts.noteLabelChange(account._id, new Date());
  void followLabels(context, account);
}

/** `POST /hooks/waha/<accountId>`: answered with 200 only when everything is stored, so that WAHA redelivers the rest. */
export function createWahaHook(given: ApiContext, requestsPerMinute: number): Router {
  const context: HookContext = { ...given, bodies: createBodyPool(hookLimits) };
  const router = Router();
  const find: RequestHandler = async (request, response, next) => {
    response.locals['account'] = await findAddressee(context, request);
    next();
  };
  const check: RequestHandler = async (request, response, next) => {
    request.body = await readSigned(context, accountOf(response), request);
    next();
  };
  const limit = limitAccounts(requestsPerMinute);
  router.post('/waha/:accountId', find, check, limit, async (request, response) => {
    const account = accountOf(response);
    const payload = await readHookPayload(context, account, { source, rawBody: request.body as Buffer });
    const { e164, waha } = account;
    await refuseForeign(context, account, findMismatch(payload, { e164, session: waha?.session ?? null }));
    await noteLabels(context, account, payload);
    response.status(200).json(await takePayload(context, account, payload));
  });
  return router;
}
