import type { Store } from '../../store/store';
import { each, type BenchContact } from '../scene/contacts';
import type { BenchPortal } from '../scene/portal';
import { compareFiles, type FileCounts } from './files';
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

export interface Ledger extends LookCounts, Pages, FileCounts {
  /** Requests that looked for entries of unknown outcome, as the portal counted them. */
  reconcilingRequests: number;
}

/** A line of a digest: its time, who said it, what: to the contact alone (`m1`), or in a group (`g1`). It may have a file. */
const lineOf = (letter: string): RegExp =>
  new RegExp(
    `^[←→] \\[\\d\\d:\\d\\d:\\d\\d\\] .*: (?:\\(document[^)]*\\) \\S+ )?${letter}(\\d+)(?: \\(file follows\\))?$`,
  );
const lines = { m: lineOf('m'), g: lineOf('g') };

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
  hasFiles = false,
}: {
  portal: BenchPortal;
  store: Store;
  contacts: readonly BenchContact[];
  told: ReadonlyMap<string, number>;
  groups?: readonly BenchGroup[];
  toldInGroups?: ReadonlyMap<string, number>;
  /** Some messages have a file. */
  hasFiles?: boolean;
}): Promise<Ledger> {
  const ledger = {
    ...{ lost: 0, doubled: 0, outOfOrder: 0, comments: 0 },
    ...{ files: 0, filesLost: 0, filesDoubled: 0, filesWrong: 0 },
  };
  await each(contacts, 8, async ({ crmContactId, linkId, e164 }) => {
    const comments = await portal.comments(crmContactId);
    const texts = comments.flatMap(({ text }) => text.split('\n'));
    const shown = (line: RegExp) => texts.flatMap((text) => line.exec(text)?.[1] ?? []).map(Number);
    ledger.comments += comments.length;
    const own = told.get(linkId) ?? 0;
    compare(ledger, shown(lines.m), own);
    const group = groups.find(({ members }) => members.some((one) => one.linkId === linkId));
    const inGroup = toldInGroups.get(group?.jid ?? '') ?? 0;
    compare(ledger, shown(lines.g), inGroup);
    if (!hasFiles) return;
    await compareFiles(ledger, portal, comments, { letter: 'm', stanzaPrefix: `${e164}-m`, told: own });
    const ofGroup = { letter: 'g', stanzaPrefix: `${group?.jid}-`, told: inGroup };
    await compareFiles(ledger, portal, comments, ofGroup);
  });
  const looks = await looksOf(store).find().sort({ at: 1 }).toArray();
  const { requestsWith } = await portal.stats();
  const reconcilingRequests = requestsWith['crm.timeline.comment.list'] ?? 0;
  return { ...ledger, ...countLooks(looks), reconcilingRequests };
}
