import { Router, type Request, type RequestHandler } from 'express';
import type { AccountDoc } from '../../store/accounts';
import { isMetaSignature, verifyMetaSignature } from '../../whatsapp/meta/signature';
import type { ApiContext } from '../context';
import { createBodyPool, type BodyPool } from '../door/body-pool';
import { letIn } from '../door/let-in';
import { accountOf } from '../http/auth';
import { idShape } from '../http/endpoint';
import { limitAccounts } from '../http/limits';
import { notFound, Problem } from '../http/problem';
import { hookLimits, readHookPayload } from './hook-payload';
import { noteKeyInUse } from './linked-device';
import { takeMetaDelivery } from './meta-delivery';

interface HookContext extends ApiContext {
  bodies: BodyPool;
}

const signatureOf = (request: Request) => request.get('x-hub-signature-256');

async function findAccount({ store }: ApiContext, request: Request): Promise<AccountDoc> {
  const { accountId = '' } = request.params as { accountId?: string };
  const account = idShape.test(accountId) ? await store.accounts.load(accountId) : null;
  if (account?.kind !== 'meta' || account.removedAt) throw notFound('No such webhook.');
  return account;
}

/** Reads the body and checks the signature over its raw bytes, by each app secret that is good. */
async function readSigned(context: HookContext, account: AccountDoc, request: Request): Promise<Buffer> {
  const now = new Date();
  const secrets = context.store.accounts.openHmacKeys(account, now);
  const signature = signatureOf(request);
  const { rawBody, used } = await context.bodies.read(request, (body) => ({
    rawBody: body,
    used: secrets.findIndex((secret) => verifyMetaSignature(body, signature, secret)),
  }));
  if (used < 0) throw new Problem('bad_signature');
  letIn(request);
  await noteKeyInUse(context, account, used, now);
  return rawBody;
}

/** What Meta wants to see again when it asks whether an address is ours. */
const challengeShape = /^[\w.-]{1,200}$/;

/** Meta asks whenever somebody saves the address: with our verify token, and a challenge that is to be answered. */
function createHandshake(context: ApiContext): RequestHandler {
  return async (request, response) => {
    const account = await findAccount(context, request);
    const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = request.query;
    const isOurs = typeof token === 'string' && context.store.accounts.isVerifyToken(account, token);
    if (!isOurs) throw new Problem('bad_token');
    if (mode !== 'subscribe' || typeof challenge !== 'string' || !challengeShape.test(challenge))
      throw new Problem('bad_request', { detail: 'The handshake is not Meta’s.' });
    letIn(request);
    await context.store.accounts.noteVerified(account._id, new Date());
    response.status(200).type('text/plain').send(challenge);
  };
}

/** Meta's own limit is 3 MB. */
const metaLimits = { ...hookLimits, maxBytes: 3 * 1024 * 1024 };

/**
 * `GET|POST /hooks/meta/<accountId>`: the account and that there is a signature at all are known before a byte of the body is read. Answered with
 * 200 only when everything is stored, so that Meta sends the rest again.
 */
export function createMetaHook(given: ApiContext, requestsPerMinute: number): Router {
  const context: HookContext = { ...given, bodies: createBodyPool(metaLimits) };
  const router = Router();
  const find: RequestHandler = async (request, response, next) => {
    response.locals['account'] = await findAccount(context, request);
    if (!isMetaSignature(signatureOf(request))) throw new Problem('bad_signature');
    next();
  };
  const check: RequestHandler = async (request, response, next) => {
    request.body = await readSigned(context, accountOf(response), request);
    next();
  };
  const limit = limitAccounts(requestsPerMinute);
  router.get('/meta/:accountId', createHandshake(context));
  router.post('/meta/:accountId', find, check, limit, async (request, response) => {
    const account = accountOf(response);
    const rawBody = request.body as Buffer;
    const payload = await readHookPayload(context, account, { source: 'meta', rawBody });
    const isSignedFor = (other: AccountDoc): boolean =>
      context.store.accounts
        .openHmacKeys(other, new Date())
        .some((secret) => verifyMetaSignature(rawBody, signatureOf(request), secret));
    response.status(200).json(await takeMetaDelivery(context, account, { payload, isSignedFor }));
  });
  return router;
}
