import type { Store } from '../store/store';
import { each, type BenchContact } from './bench-contacts';
import type { BenchPortal } from './bench-portal';

/** The pages of the portal beside what was taken in. */
export interface Ledger {
  lost: number;
  doubled: number;
  /** Messages that stand before one that was said earlier. */
  outOfOrder: number;
  comments: number;
  /** Requests whose outcome was unknown, and how often the pages were asked about them. */
  unknownBatches: number;
  unknownEntries: number;
  passes: number;
  reconcilingRequests: number;
  /** Batches that more than one pass asked about: the one before was killed or not answered, or could not hold all of it. */
  askedTwice: number;
}

/** A line of a digest: its time, who said it, what. */
const line = /^\[\d\d:\d\d:\d\d\] .*: m(\d+)$/;

/** Reads every page and compares. `told`: how many messages each link's contact got, `m1` to `mN`. */
export async function readLedger({
  portal,
  store,
  contacts,
  told,
}: {
  portal: BenchPortal;
  store: Store;
  contacts: readonly BenchContact[];
  told: ReadonlyMap<string, number>;
}): Promise<Ledger> {
  const ledger = { lost: 0, doubled: 0, outOfOrder: 0, comments: 0 };
  await each(contacts, 8, async ({ crmContactId, linkId }) => {
    const comments = await portal.comments(crmContactId);
    const shown = comments
      .flatMap(({ text }) => text.split('\n'))
      .flatMap((text) => line.exec(text)?.[1] ?? [])
      .map(Number);
    const seen = new Set(shown);
    ledger.comments += comments.length;
    ledger.doubled += shown.length - seen.size;
    ledger.outOfOrder += shown.filter((number, index) => number < (shown[index - 1] ?? 0)).length;
    for (let number = 1; number <= (told.get(linkId) ?? 0); number += 1) {
      if (!seen.has(number)) ledger.lost += 1;
    }
  });
  return { ...ledger, ...(await readPasses(portal, store)) };
}

async function readPasses(portal: BenchPortal, store: Store) {
  const noted = store.entries.model.db.collection<{ entries: number; sentAts: number[] }>('bench_passes');
  const passes = await noted.find().toArray();
  const asked = new Map<number, number>();
  for (const sentAt of passes.flatMap(({ sentAts }) => sentAts))
    asked.set(sentAt, (asked.get(sentAt) ?? 0) + 1);
  const { requestsWith } = await portal.stats();
  return {
    unknownBatches: asked.size,
    unknownEntries: passes.reduce((sum, { entries }) => sum + entries, 0),
    passes: passes.length,
    reconcilingRequests: requestsWith['crm.timeline.comment.list'] ?? 0,
    askedTwice: [...asked.values()].filter((times) => times > 1).length,
  };
}
