import { readingRules } from '../../domain/content/reading-rules';
import { labelsUnknown } from '../../domain/source/labels';
import { takeAgain } from '../../intake/take-again';
import type { Page } from '../../store/queries';
import { waitsForLabels } from '../../store/sources/label-state';
import { ownAliasesOf } from '../../store/sources/own-names';
import type { UnreadableDoc } from '../../store/unreadable';
import { readAgain } from '../../whatsapp/read-again';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';
import { goRound } from './go-round';

const pageSize = 100;
/** A sweep reads so long at most; the next one goes on where it stopped. */
const readForMs = 20_000;

type Fetch = (page: Page) => Promise<UnreadableDoc[]>;

/** Reads each of a list once more. Gives the parked links to wake. */
async function readList(deps: ActivityDeps, portalId: string, list: string, fetch: Fetch): Promise<string[]> {
  const { store } = deps;
  const parked: string[] = [];
  const work = async (row: UnreadableDoc) => {
    const account = await store.accounts.load(row.accountId);
    if (account && row.code === labelsUnknown.code && waitsForLabels(account)) return;
    const ownAliases = account ? ownAliasesOf(account) : [];
    const { receivedAt, accountId } = row;
    const read = readAgain(row, { receivedAt, ownAliases, accountId });
    parked.push(...(await takeAgain(store, row, read)).parkedLinkIds);
  };
  const untilMs = performance.now() + readForMs;
  for await (const items of goRound(deps, { portalId, list, pageSize, fetch })) {
    await isolate(deps, { portalId, kind: 'unreadable', items, idOf: ({ _id }) => _id, atOnce: 1, work });
    if (performance.now() > untilMs) break;
  }
  return parked;
}

/** After an upgrade, what older rules could not read is read once more; a message that becomes readable is told as a new version. */
export const readUnreadableAgain = (deps: ActivityDeps, portalId: string): Promise<string[]> =>
  readList(deps, portalId, 'unreadable', (page) =>
    deps.store.unreadable.listReadBefore(portalId, readingRules, page),
  );

/** What waited for the labels of its chat is taken in or left out, where they are known by now. */
export const takeHeldIn = (deps: ActivityDeps, portalId: string): Promise<string[]> =>
  readList(deps, portalId, 'held', (page) => deps.store.unreadable.listHeld(portalId, page));
