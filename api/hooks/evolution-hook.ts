import { Router, type Request, type RequestHandler } from 'express';
import type { AccountDoc } from '../../store/accounts';
import { ownAliasesOf } from '../../store/sources/own-names';
import { listDoubtful } from '../../whatsapp/evolution/doubtful';
import { listPairs } from '../../whatsapp/evolution/groups';
import { findMismatch, readConnection, readOwnLids } from '../../whatsapp/evolution/ownership';
import { createEvolutionClient } from '../../whatsapp/evolution/rest/client';
import { findSecret, secretHeader } from '../../whatsapp/evolution/rest/webhook';
import { listRosters, translateEvolution } from '../../whatsapp/evolution/translate';
import type { ApiContext } from '../context';
import { createBodyPool, type BodyPool } from '../door/body-pool';
import { letIn } from '../door/let-in';
import { accountOf } from '../http/auth';
import { idShape } from '../http/endpoint';
import { limitAccounts } from '../http/limits';
import { notFound, Problem } from '../http/problem';
import { takeInAndWake } from '../links/take-in-and-wake';
import { hookLimits, readHookPayload, toHookAnswer, type HookAnswer } from './hook-payload';
import { noteKeyInUse, noteState, refuseForeign } from './linked-device';

interface HookContext extends ApiContext {
  bodies: BodyPool;
}

const source = 'evolution';

/** The account behind the address, and that the request carries its secret: both before a byte of the body is read. */
async function findAddressee(context: HookContext, request: Request): Promise<AccountDoc> {
  const { accounts } = context.store;
  const { accountId = '' } = request.params as { accountId?: string };
  const account = idShape.test(accountId) ? await accounts.load(accountId) : null;
  if (account?.kind !== 'evolution' || account.removedAt) throw notFound('No such webhook.');
  const now = new Date();
  const used = findSecret(request.get(secretHeader), accounts.openHmacKeys(account, now));
  if (used < 0) throw new Problem('bad_signature');
  letIn(request);
  await noteKeyInUse(context, account, used, now);
  return account;
}

/** Evolution waits for our answer meanwhile. */
const originalsWithinMs = 5_000;

/** What Evolution says of messages that a change names by its id alone, or in words of whoever made it. Those not found are told as such. */
async function findOriginals({ store }: ApiContext, account: AccountDoc, ids: readonly string[]) {
  const opened = ids.length > 0 ? store.accounts.openEvolution(account) : null;
  if (!opened) return new Map<string, never>();
  const client = createEvolutionClient({ ...opened, timeoutMs: originalsWithinMs });
  const found = await Promise.all(ids.map((id) => client.findKey(id).catch(() => null)));
  return new Map(found.flatMap((key) => (key ? [[key.id, key]] : [])));
}

async function takePayload(context: ApiContext, account: AccountDoc, payload: unknown): Promise<HookAnswer> {
  const receivedAt = new Date();
  await context.store.accounts.learnOwnLids(account, readOwnLids(payload));
  const ownAliases = ownAliasesOf(account);
  const originals = await findOriginals(context, account, listDoubtful(payload));
  const items = translateEvolution(payload, { receivedAt, ownAliases, originals });
  const rosters = listRosters(payload, { receivedAt, ownAliases });
  const identities = rosters.flatMap(listPairs);
  const { taken } = await takeInAndWake(context, account, { source, items, rosters, identities });
  await noteState(context, account, { state: readConnection(payload), saidAt: receivedAt });
  return toHookAnswer(taken);
}

/**
 * `POST /hooks/evolution/<accountId>`, with the event behind it where the instance was told to send by events: answered with 200 only when
 * everything is stored, so that Evolution redelivers the rest.
 */
export function createEvolutionHook(given: ApiContext, requestsPerMinute: number): Router {
  const context: HookContext = { ...given, bodies: createBodyPool(hookLimits) };
  const router = Router();
  const find: RequestHandler = async (request, response, next) => {
    response.locals['account'] = await findAddressee(context, request);
    next();
  };
  const limit = limitAccounts(requestsPerMinute);
  router.post('/evolution/:accountId{/:event}', find, limit, async (request, response) => {
    const account = accountOf(response);
    const rawBody = await context.bodies.read(request, (body) => body);
    const payload = await readHookPayload(context, account, { source, rawBody });
    const { e164, evolution } = account;
    const owner = { e164, instance: evolution?.instance ?? null };
    await refuseForeign(context, account, findMismatch(payload, owner));
    response.status(200).json(await takePayload(context, account, payload));
  });
  return router;
}
