import { canCarry } from '../../domain/groups/carrier';
import type { Lane } from '../../domain/link';
import type { EntryDoc } from '../../store/delivery/entries';
import { addPagesOfMessages } from '../groups/file-pages';
import { sendEntry, toHeldBack, type Sent } from './send-entry';
import type { ActivityDeps } from '../deps';
import type { Trouble } from '../failures';
import { findShown } from '../restored/find-shown';
import { planEntries, type Planned } from './plan-entries';
import { toPages, type Round } from './round';
import { recordOnPage } from './search-pages';
import { awaitOutcome } from './await-outcome';

/** A lane after its round: how many entries went, and why it stopped before it was empty, if it did. */
export interface LaneResult {
  delivered: number;
  /** Null: nothing of this lane waits for a time. */
  retryAfterMs: number | null;
  trouble: Trouble | null;
}

/** How many entries went in these lanes. */
export const countDelivered = (lanes: readonly LaneResult[]): number =>
  lanes.reduce((sum, { delivered }) => sum + delivered, 0);

/** Gives a planned entry of an earlier epoch the link's present contact; a group's entry that another link carried, this one. */
async function toCurrentEpoch(round: Round, entry: EntryDoc): Promise<EntryDoc | null> {
  const { _id, epoch } = round.link;
  const carrier = entry.bindings ? { carrierId: _id } : {};
  const pin = { epoch, crmContactId: round.contactId, ...carrier };
  const isPinned = entry.epoch === epoch && entry.crmContactId === round.contactId;
  if (isPinned && entry.carrierId === carrier.carrierId) return entry;
  return (await round.deps.store.entries.repin(entry, pin)) ? { ...entry, ...pin } : null;
}

/**
 * What is to be done about a planned entry of a group that does not belong on this link's page: it waits for those it belongs to.
 * Where none of them can carry it now, it is planned anew for all who have the group by now, so that who pauses or leaves stops
 * nobody. Null: it is this link's.
 */
async function turnForeign({ deps, link }: Round, entry: EntryDoc): Promise<Sent | null> {
  const { bindings } = entry;
  if (!bindings || bindings.some(({ linkId }) => linkId === link._id)) return null;
  const others = await deps.store.links.loadMany(bindings.map(({ linkId }) => linkId));
  if (others.some(canCarry)) return { kind: 'lost' };
  await cancelFrom(deps, entry);
  return { kind: 'again' };
}

/** From the last one back: what is planned anew comes after everything that stayed. */
async function cancelFrom({ store, onEntry }: ActivityDeps, first: EntryDoc): Promise<void> {
  const unsettled = await store.entries.listUnsettled(first.target, first.lane);
  for (const entry of unsettled.filter(({ seq }) => seq >= first.seq).reverse()) {
    if (entry.state === 'planned' && (await store.entries.cancel(entry))) onEntry?.('cancelled');
  }
}

/** After a restore: what a page shows already is not sent; an entry of which it shows a part is planned anew. */
async function meetShown(round: Round, entry: EntryDoc): Promise<Sent | null> {
  const { deps, portal } = round;
  const shown = await findShown(deps, toPages(round, entry.lane, entry.bindings), entry);
  if (!shown) return null;
  if (shown === 'partly') {
    await cancelFrom(deps, entry);
    return { kind: 'again' };
  }
  return { kind: (await recordOnPage(deps, portal, entry, shown)) ? 'delivered' : 'lost' };
}

/** Brings one entry as far as it goes now: an unknown outcome is awaited, a planned entry sent. */
async function advance(round: Round, entry: EntryDoc): Promise<Sent> {
  if (entry.state === 'sending') return awaitOutcome(round, entry);
  const heldBack = toHeldBack(entry);
  if (heldBack) return heldBack;
  const foreign = await turnForeign(round, entry);
  if (foreign) return foreign;
  const current = await toCurrentEpoch(round, entry);
  if (!current) return { kind: 'lost' };
  await addPagesOfMessages(round.deps.store, current);
  return (await meetShown(round, current)) ?? sendEntry(round, current);
}

/** Sends these entries one after the other. Null: all went; `again`: read them anew; else the lane ends here. */
async function sendAll(
  round: Round,
  entries: readonly EntryDoc[],
  result: LaneResult,
): Promise<LaneResult | 'again' | null> {
  for (const entry of entries) {
    // One entry at least: a short round still gets on with it.
    if (entry.lane === 'history' && result.delivered > 0 && round.isHistoryOver()) return result;
    const sent = await advance(round, entry);
    switch (sent.kind) {
      case 'delivered':
        result.delivered += 1;
        break;
      case 'again':
        return 'again';
      case 'lost':
        return result;
      case 'unknown':
        return { ...result, retryAfterMs: sent.retryAfterMs, trouble: sent.trouble ?? null };
      case 'stuck':
        return { ...result, trouble: sent.trouble };
    }
  }
  return null;
}

/**
 * Works a lane off: unfinished entries first, in their order, then what waits in the outbox. An entry goes only after
 * its predecessor's outcome is known, so the first one that does not get through ends the lane for this round.
 */
export async function runLane(round: Round, lane: Lane): Promise<LaneResult> {
  const { store } = round.deps;
  const result: LaneResult = { delivered: 0, retryAfterMs: null, trouble: null };
  for (let planned: Planned = 'some'; ;) {
    const entries = await store.entries.listUnsettled(round.target, lane);
    const ended = await sendAll(round, entries, result);
    if (ended === 'again') continue;
    // Messages that arrive from here on are the next round's.
    if (ended !== null || planned === 'all') return ended ?? result;
    planned = await planEntries(round, lane);
    if (planned === 'nothing') return result;
  }
}
