import { log } from '@temporalio/activity';
import { readingRules } from '../../domain/content/reading-rules';
import { takeInAll, type Taken } from '../../intake/take-in';
import { isStoreAway } from '../../store/store-away';
import type { HistoryMessage } from '../../whatsapp/history-source';
import { forEachOf } from '../../linking/for-each-of';
import { wakeLink } from '../wake-link';
import { leaveOutExported } from './known-twins';
import type { Run } from './run';

/** The name under which messages of a file are stored. */
export const exportSource = 'export';

/** What of a run is needed to store: a file has no source that is asked. */
type Storing = Pick<Run, 'deps' | 'account'> & { source: { name: string } };

const atOnce = 100;
const wakesAtOnce = 8;

interface TakenIn {
  taken: Taken[];
  parkedLinkIds: string[];
}

const notStored = { code: 'not_stored', reason: 'The message could not be stored; the log says more.' };

/** The door of every source. What it was asked for is no sign of life of the source. */
async function takeInSome(
  { deps: { store }, account, source }: Storing,
  items: readonly HistoryMessage[],
): Promise<TakenIn> {
  const delivery = { source: source.name, items, isAsked: true };
  const { taken, parkedLinkIds } = await takeInAll(store, [{ account, delivery }]);
  return { taken: taken.flat(), parkedLinkIds };
}

/** One by one, so that a message that cannot be stored is kept beside, and stops no other. */
async function takeInEach(run: Storing, items: readonly HistoryMessage[]): Promise<TakenIn> {
  const { store } = run.deps;
  const taken: Taken[] = [];
  const parkedLinkIds = new Set<string>();
  for (const item of items) {
    try {
      const one = await takeInSome(run, [item]);
      taken.push(...one.taken);
      for (const linkId of one.parkedLinkIds) parkedLinkIds.add(linkId);
    } catch (error) {
      if (isStoreAway(error)) throw error;
      const { _id: accountId, portalId } = run.account;
      log.warn('A message of the history could not be stored', { accountId, error: nameOf(error) });
      const owner = { portalId, accountId, source: run.source.name };
      await store.unreadable.keep(owner, [{ raw: item.raw, why: notStored }], readingRules);
    }
  }
  return { taken, parkedLinkIds: [...parkedLinkIds] };
}

async function takeInMost(run: Storing, items: readonly HistoryMessage[]): Promise<TakenIn> {
  try {
    return await takeInSome(run, items);
  } catch (error) {
    if (isStoreAway(error)) throw error;
    return takeInEach(run, items);
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** Wakes those of the links that are parked. The sweep finds what a lost wake leaves behind. */
export async function wakeParked({ deps: { store } }: Storing, linkIds: readonly string[]): Promise<void> {
  const links = linkIds.length === 0 ? [] : await store.links.loadMany(linkIds);
  await forEachOf(links, wakesAtOnce, async (link) => {
    await wakeLink(link).catch((error: unknown) => {
      log.warn('A link was not woken; the sweep wakes it', { linkId: link._id, error: nameOf(error) });
    });
  });
}

/** Stores messages in their order, as every delivery is stored: what is known stays as it is. Gives how many are new. */
export async function storeMessages(run: Storing, given: readonly HistoryMessage[]): Promise<number> {
  const messages = run.source.name === exportSource ? given : await leaveOutExported(run, given);
  let found = 0;
  for (let start = 0; start < messages.length; start += atOnce) {
    const items = messages.slice(start, start + atOnce);
    const { taken, parkedLinkIds } = await takeInMost(run, items);
    found += taken.filter(({ outcome }) => outcome === 'accepted').length;
    await wakeParked(run, parkedLinkIds);
  }
  return found;
}
