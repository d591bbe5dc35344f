import express, { Router } from 'express';
import { z } from 'zod';
import { toPhoneAlias } from '../../domain/identity';
import type { AccountDoc } from '../../store/accounts';
import { readSessionStatus } from '../../whatsapp/waha/session-status';
import { verifySignature } from '../../whatsapp/waha/signature';
import { translateWaha } from '../../whatsapp/waha/translate';
import type { ApiContext } from '../context';
import { idShape } from '../http/endpoint';
import { notFound, Problem } from '../http/problem';
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

const source = 'waha';

/** The account behind a webhook address, once its signature over the raw bytes is right. Nothing is stored before. */
async function authenticate(
  { store }: ApiContext,
  accountId: string,
  request: express.Request,
): Promise<{ account: AccountDoc; rawBody: Buffer }> {
  const account = idShape.test(accountId) ? await store.accounts.load(accountId) : null;
  if (account?.kind !== 'waha') throw notFound('No such webhook.');
  const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const isSigned = verifySignature({
    rawBody,
    hmacHex: request.get('x-webhook-hmac'),
    algorithm: request.get('x-webhook-hmac-algorithm'),
    key: store.accounts.openHmacKey(account) ?? '',
  });
  if (!isSigned) throw new Problem('bad_signature');
  return { account, rawBody };
}

async function readPayload({ store }: ApiContext, account: AccountDoc, rawBody: Buffer): Promise<unknown> {
  const text = rawBody.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const owner = { portalId: account.portalId, accountId: account._id, source };
    const why = { code: 'malformed_json', reason: 'The webhook’s body is not valid JSON.' };
    await store.unreadable.keep(owner, [{ raw: text, why }]);
    throw new Problem('malformed_json');
  }
}

async function takePayload(context: ApiContext, account: AccountDoc, payload: unknown): Promise<Counts> {
  const receivedAt = new Date();
  const translations = translateWaha(payload, { receivedAt, ownAliases: [toPhoneAlias(account.e164)] });
  const items = translations.map((translation) => ({ raw: payload, translation }));
  const taken = await takeInAndWake(context, account, { source, items });
  const state = readSessionStatus(payload);
  if (state !== null) await context.store.accounts.recordHeartbeat(account._id, state, receivedAt);
  return {
    ...countMessages(taken),
    ignored: taken.filter(({ outcome }) => outcome === 'ignored').length,
    unreadable: taken.filter(({ outcome }) => outcome === 'unreadable').length,
  };
}

/** `POST /hooks/waha/<accountId>`: answered with 200 only when everything is stored, so that WAHA redelivers the rest. */
export function createWahaHook(context: ApiContext): Router {
  const router = Router();
  const readRaw = express.raw({ type: () => true, limit: '5mb', inflate: false });
  router.post('/waha/:accountId', readRaw, async (request, response) => {
    const { account, rawBody } = await authenticate(context, request.params.accountId, request);
    const payload = await readPayload(context, account, rawBody);
    response.status(200).json(await takePayload(context, account, payload));
  });
  return router;
}
