import type { Store } from '../../store/store';
import { each, type BenchContact } from '../scene/contacts';
import type { BenchPortal } from '../scene/portal';
import type { BenchGroup } from './groups';
import { countLooks, type LookCounts } from './looks';
import { looksOf } from './noted-looks';

/** The pages of the portal beside what was taken in. */
interface Pages {
  lost: number;
  doubled: number;
  /** Messages that stand before one that was said earlier. */
  outOfOrder: number;
  /** As each page shows them: a group's comment is on three. */
  comments: number;
}

export interface Ledger extends LookCounts, Pages {
  /** Requests that looked for entries of unknown outcome, as the portal counted them. */
  reconcilingRequests: number;
}

/** A line of a digest: its time, who said it, what: to the contact alone (`m1`), or in a group (`g1`). */
const lines = { m: /^[←→] \[\d\d:\d\d:\d\d\] .*: m(\d+)$/, g: /^[←→] \[\d\d:\d\d:\d\d\] .*: g(\d+)$/ };

/** Compares what a page shows of one conversation with what was said in it, `1` to `told`. */
function compare(ledger: Pages, shown: readonly number[], told: number): void {
  const seen = new Set(shown);
  ledger.doubled += shown.length - seen.size;
  ledger.outOfOrder += shown.filter((number, index) => number < (shown[index - 1] ?? 0)).length;
  for (let number = 1; number <= told; number += 1) if (!seen.has(number)) ledger.lost += 1;
}

/**
 * Reads every page and compares. `told`: how many messages each link's contact got, `m1` to `mN`; `toldInGroups`: the same of each
 * group, `g1` to `gN`, on the page of each of its members.
 */
export async function readLedger({
  portal,
  store,
  contacts,
  told,
  groups = [],
  toldInGroups = new Map(),
}: {
  portal: BenchPortal;
  store: Store;
  contacts: readonly BenchContact[];
  told: ReadonlyMap<string, number>;
  groups?: readonly BenchGroup[];
  toldInGroups?: ReadonlyMap<string, number>;
}): Promise<Ledger> {
  const ledger = { lost: 0, doubled: 0, outOfOrder: 0, comments: 0 };
  await each(contacts, 8, async ({ crmContactId, linkId }) => {
    const comments = await portal.comments(crmContactId);
    const texts = comments.flatMap(({ text }) => text.split('\n'));
    const shown = (line: RegExp) => texts.flatMap((text) => line.exec(text)?.[1] ?? []).map(Number);
    ledger.comments += comments.length;
    compare(ledger, shown(lines.m), told.get(linkId) ?? 0);
    const group = groups.find(({ members }) => members.some((one) => one.linkId === linkId));
    compare(ledger, shown(lines.g), toldInGroups.get(group?.jid ?? '') ?? 0);
  });
  const looks = await looksOf(store).find().sort({ at: 1 }).toArray();
  const { requestsWith } = await portal.stats();
  const reconcilingRequests = requestsWith['crm.timeline.comment.list'] ?? 0;
  return { ...ledger, ...countLooks(looks), reconcilingRequests };
}
