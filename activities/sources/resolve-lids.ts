import { log } from '@temporalio/activity';
import { phoneOf, toPhoneAlias, type Alias } from '../../domain/identity';
import { phoneOfJid } from '../../domain/jid';
import { learnPair } from '../../intake/address-book';
import type { AccountDoc } from '../../store/accounts';
import type { LidDoc } from '../../store/sources/lids';
import { createWahaClient, type WahaClient } from '../../whatsapp/waha/rest/client';
import { ServerError } from '../../whatsapp/rest/errors';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';

/** Asked for in a sweep at most, for each account: WhatsApp itself answers some of it, and it counts. */
const lidsOfSweep = 50;
const lidsAtOnce = 4;
/** The sweep has other things to do than to wait for one source. */
const timeoutMs = 10_000;

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
async function resolveLid(deps: ActivityDeps, client: WahaClient, doc: LidDoc): Promise<string[]> {
  const { store } = deps;
  const { portalId } = doc;
  const lid: Alias = { kind: 'lid', key: `lid:${doc.lid}` };
  let parked: string[] = [];
  if (!(await isKnown(deps, portalId, lid))) {
    const { pn } = await client.fetchLid(doc.lid);
    const e164 = pn === null ? null : phoneOfJid(pn);
    if (e164 === null) {
      await store.lids.postpone(doc, nextTime(doc.misses, new Date()));
      return [];
    }
    // Learnt before it is noted as known: a crash in between asks once more.
    parked = await learnPair(store, portalId, { aliases: [lid, toPhoneAlias(e164)], name: null }, 'waha');
  }
  await store.lids.end(doc._id);
  return parked;
}

/** The due LIDs of one account. A WAHA that is away ends the attempt: they stay due. */
async function resolveOf(deps: ActivityDeps, client: WahaClient, account: AccountDoc): Promise<string[]> {
  const { _id, portalId } = account;
  const items = await deps.store.lids.listDue(_id, new Date(), lidsOfSweep);
  const parked: string[] = [];
  let isAway = false;
  const done = await isolate<LidDoc>(deps, {
    ...{ portalId, kind: 'lid', items, idOf: (doc) => doc._id, atOnce: lidsAtOnce },
    async work(doc) {
      if (isAway) return;
      try {
        parked.push(...(await resolveLid(deps, client, doc)));
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
    const waha = account.portalId === portalId ? deps.store.accounts.openWaha(account) : null;
    if (waha) parked.push(...(await resolveOf(deps, createWahaClient({ ...waha, timeoutMs }), account)));
  }
  return parked;
}
