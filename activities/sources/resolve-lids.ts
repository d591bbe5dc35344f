import { log } from '@temporalio/activity';
import { phoneOf, toPhoneAlias, type Alias } from '../../domain/identity';
import { learnPair } from '../../intake/address-book';
import { isAwayPair } from '../../intake/policies/come-again';
import type { AccountDoc } from '../../store/accounts';
import type { LidDoc } from '../../store/sources/lids';
import { ServerError } from '../../whatsapp/rest/errors';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';
import { createLidSource, type LidSource } from './lid-source';

/** Asked for in a sweep at most, for each account: WhatsApp itself answers some of it, and it counts. */
const lidsOfSweep = 50;
const lidsAtOnce = 4;
/** The pauses after each answer without a number; then the last one again and again. */
const pausesHours = [1, 6, 24, 72, 7 * 24];
const hourMs = 3_600_000;

const nextTime = (misses: number, now: Date): Date =>
  new Date(now.getTime() + (pausesHours[Math.min(misses, pausesHours.length - 1)] ?? 1) * hourMs);

/** Whether another source, or a message since, has told the number. */
async function isKnown({ store }: ActivityDeps, portalId: string, lid: Alias): Promise<boolean> {
  const owner = (await store.people.findOwners(portalId, [lid])).get(lid.key);
  return owner !== undefined && phoneOf(owner.aliases) !== null;
}

/** Asks for one LID, and learns its number as any other pair. Gives the parked links that have something waiting now. */
async function resolveLid(deps: ActivityDeps, { source, ask }: LidSource, doc: LidDoc): Promise<string[]> {
  const { store } = deps;
  const { portalId } = doc;
  const lid: Alias = { kind: 'lid', key: `lid:${doc.lid}` };
  let parked: string[] = [];
  if (!(await isKnown(deps, portalId, lid))) {
    const e164 = await ask(doc.lid);
    if (e164 === null) {
      await store.lids.postpone(doc, nextTime(doc.misses, new Date()));
      return [];
    }
    const aliases = [lid, toPhoneAlias(e164)];
    // Learnt before it is noted as known: a crash in between asks once more.
    if (!(await isAwayPair(store, portalId, aliases)))
      parked = await learnPair(store, portalId, { aliases, name: null }, source);
  }
  await store.lids.end(doc._id);
  return parked;
}

/** The due LIDs of one account. A source that is away ends the attempt: they stay due. */
async function resolveOf(deps: ActivityDeps, from: LidSource, account: AccountDoc): Promise<string[]> {
  const { _id, portalId } = account;
  const items = await deps.store.lids.listDue(_id, new Date(), lidsOfSweep);
  const parked: string[] = [];
  let isAway = false;
  const done = await isolate<LidDoc>(deps, {
    ...{ portalId, kind: 'lid', items, idOf: (doc) => doc._id, atOnce: lidsAtOnce },
    async work(doc) {
      if (isAway) return;
      try {
        parked.push(...(await resolveLid(deps, from, doc)));
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        isAway = true;
      }
    },
  });
  if (done.length > 0 && !isAway)
    log.info('Asked for numbers behind LIDs', { accountId: _id, lids: done.length });
  return parked;
}

/** Asks the sources of a portal for numbers that messages came without. Gives the parked links to wake. */
export async function resolveLids(deps: ActivityDeps, portalId: string): Promise<string[]> {
  const accounts = await deps.store.accounts.list();
  const parked: string[] = [];
  for (const account of accounts) {
    const from = account.portalId === portalId ? createLidSource(deps.store, account) : null;
    if (from) parked.push(...(await resolveOf(deps, from, account)));
  }
  return parked;
}
