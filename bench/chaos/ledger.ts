import type { Store } from '../../store/store';
import { each, type BenchContact } from '../scene/contacts';
import type { BenchPortal } from '../scene/portal';
import { countLooks, type LookCounts } from './looks';
import { looksOf } from './noted-looks';

/** The pages of the portal beside what was taken in. */
export interface Ledger extends LookCounts {
  lost: number;
  doubled: number;
  /** Messages that stand before one that was said earlier. */
  outOfOrder: number;
  comments: number;
  /** Requests that looked for entries of unknown outcome, as the portal counted them. */
  reconcilingRequests: number;
}

/** A line of a digest: its time, who said it, what. */
const line = /^[←→] \[\d\d:\d\d:\d\d\] .*: m(\d+)$/;

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
  const looks = await looksOf(store).find().sort({ at: 1 }).toArray();
  const { requestsWith } = await portal.stats();
  const reconcilingRequests = requestsWith['crm.timeline.comment.list'] ?? 0;
  return { ...ledger, ...countLooks(looks), reconcilingRequests };
}
