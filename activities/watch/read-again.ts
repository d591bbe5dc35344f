import { readingRules } from '../../domain/content/reading-rules';
import { takeAgain } from '../../intake/take-again';
import { ownAliasesOf } from '../../store/sources/own-names';
import type { UnreadableDoc } from '../../store/unreadable';
import { readAgain } from '../../whatsapp/read-again';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';
import { goRound } from './go-round';

const pageSize = 100;
/** A sweep reads so long at most; the next one goes on where it stopped. */
const readForMs = 20_000;

/**
 * After an upgrade, what older rules could not read is read once more; a message that becomes readable is told as a new version. Gives the
 * parked links to wake.
 */
export async function readUnreadableAgain(deps: ActivityDeps, portalId: string): Promise<string[]> {
  const { store } = deps;
  const parked: string[] = [];
  const fetch = store.unreadable.listReadBefore.bind(null, portalId, readingRules);
  const work = async (row: UnreadableDoc) => {
    const account = await store.accounts.load(row.accountId);
    const ownAliases = account ? ownAliasesOf(account) : [];
    const { receivedAt, accountId } = row;
    const read = readAgain(row, { receivedAt, ownAliases, accountId });
    parked.push(...(await takeAgain(store, row, read)).parkedLinkIds);
  };
  const untilMs = performance.now() + readForMs;
  for await (const items of goRound(deps, { portalId, list: 'unreadable', pageSize, fetch })) {
    await isolate(deps, { portalId, kind: 'unreadable', items, idOf: ({ _id }) => _id, atOnce: 1, work });
    if (performance.now() > untilMs) break;
  }
  return parked;
}
