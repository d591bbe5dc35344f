import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { readingRules } from '../../domain/content/reading-rules';
import type { AccountDoc } from '../../store/accounts';
import { ownAliasesOf } from '../../store/sources/own-names';
import { readOwnLids } from '../../whatsapp/waha/participants';
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
import { isTooDeep } from '../http/nesting';
import { notFound, Problem } from '../http/problem';
import { judgeNow } from '../sources/judge-now';
import { countMessages, takeInAndWake } from '../links/take-in-and-wake';

/** The answer to a webhook, once everything is stored. */
export const hookAnswer = z
  .object({
    accepted: z.number(),
    duplicates: z.number(),
    updated: z.number(),
    ignored: z.number(),
    unreadable: z.number(),
  })
  .meta({ id: 'HookAnswer' });

type Counts = z.output<typeof hookAnswer>;

interface HookContext extends ApiContext {
  bodies: BodyPool;
}

const source = 'waha';

/** A key that was replaced is good for so long after the source was seen to use the new one. */
const formerKeysMs = 24 * 3_600_000;

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

/** Reads the body and checks the signature over its raw bytes, by each key that is good. The newest in use is the beginning of the others' end. */
async function readSigned(
  { store, bodies }: HookContext,
  account: AccountDoc,
  request: Request,
): Promise<Buffer> {
  const now = new Date();
  const keys = store.accounts.openHmacKeys(account, now);
  const { rawBody, used } = await bodies.read(request, (body) => ({
    rawBody: body,
    used: keys.findIndex((key) => verifySignature({ rawBody: body, ...toSignature(request), key })),
  }));
  if (used < 0) throw new Problem('bad_signature');
  letIn(request);
  const isOpen = used === 0 && (account.formerKeys ?? []).some(({ until }) => until === null);
  if (isOpen) await store.accounts.endFormerKeys(account, new Date(now.getTime() + formerKeysMs));
  return rawBody;
}

const malformed = { code: 'malformed_json', reason: 'The webhook’s body is not valid JSON.' };
const tooDeep = { code: 'malformed_json', reason: 'The webhook’s body nests deeper than any message.' };

function parseBody(text: string): { payload: unknown } | { why: typeof malformed } {
  if (isTooDeep(text)) return { why: tooDeep };
  try {
    return { payload: JSON.parse(text) as unknown };
  } catch {
    return { why: malformed };
  }
}

/** The body as JSON; one that is none is kept as text and refused. */
async function readPayload({ store }: ApiContext, account: AccountDoc, rawBody: Buffer): Promise<unknown> {
  const text = rawBody.toString('utf8');
  const parsed = parseBody(text);
  if ('payload' in parsed) return parsed.payload;
  const owner = { portalId: account.portalId, accountId: account._id, source };
  await store.unreadable.keep(owner, [{ raw: text, why: parsed.why }], readingRules);
  throw new Problem('malformed_json', { detail: parsed.why.reason });
}

/** Told again after so long only: a session that is another's delivers much. */
const mismatchAgainMs = 60_000;

/** Refuses what is of another session or number, and says so on the account; what is ours again takes the word back. */
async function refuseForeign(context: ApiContext, account: AccountDoc, payload: unknown): Promise<void> {
  const { accounts } = context.store;
  const { _id, e164, waha, mismatch = null } = account;
  const code = findMismatch(payload, { e164, session: waha?.session ?? null });
  if (code === null) {
    if (mismatch) await accounts.recordMismatch(_id, null);
    return;
  }
  const at = new Date();
  if (mismatch?.code !== code || at.getTime() - mismatch.at.getTime() > mismatchAgainMs) {
    await accounts.recordMismatch(_id, { code, at });
    context.logger.warn({ accountId: _id, code }, 'a webhook was not this account’s and was refused');
  }
  throw new Problem(code);
}

/** Notes the session's state, unless a newer one is known. */
async function noteState(
  context: ApiContext,
  account: AccountDoc,
  payload: unknown,
  now: Date,
): Promise<void> {
  const state = readSessionStatus(payload);
  if (state === null) return;
  const saidAt = readEventTime(payload, now) ?? now;
  if (await context.store.accounts.recordState(account._id, state, saidAt)) {
    await judgeNow(context, account._id);
  }
}

async function takePayload(context: ApiContext, account: AccountDoc, payload: unknown): Promise<Counts> {
  const receivedAt = new Date();
  const translations = translateWaha(payload, { receivedAt, ownAliases: ownAliasesOf(account) });
  await context.store.accounts.learnOwnLids(account, readOwnLids(payload, ownAliasesOf(account)));
  const items = translations.map((translation) => ({ raw: payload, translation }));
  const saidAt = readEventTime(payload, receivedAt) ?? receivedAt;
  const taken = await takeInAndWake(context, account, { source, items, saidAt });
  await noteState(context, account, payload, receivedAt);
  return {
    ...countMessages(taken),
    ignored: taken.filter(({ outcome }) => outcome === 'ignored').length,
    unreadable: taken.filter(({ outcome }) => outcome === 'unreadable').length,
  };
}

/** One body, and all of them whose signature was not checked yet. */
const bodyLimits = { maxBytes: 5 * 1024 * 1024, totalBytes: 32 * 1024 * 1024, withinMs: 30_000 };

/** `POST /hooks/waha/<accountId>`: answered with 200 only when everything is stored, so that WAHA redelivers the rest. */
export function createWahaHook(given: ApiContext, requestsPerMinute: number): Router {
  const context: HookContext = { ...given, bodies: createBodyPool(bodyLimits) };
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
    const payload = await readPayload(context, account, request.body as Buffer);
    await refuseForeign(context, account, payload);
    response.status(200).json(await takePayload(context, account, payload));
  });
  return router;
}
