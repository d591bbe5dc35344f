import { log } from '@temporalio/activity';
import { toSummary, type Names } from '../../domain/content/said';
import { toDigests, type DigestItem } from '../../domain/digest';
import type { Lane } from '../../domain/link';
import type { ChatDoc } from '../../store/chats/chats';
import { canCarry } from '../../domain/groups/carrier';
import { loadPagesOf, type LinkedPage } from '../../intake/groups/pages';
import type { EntryDoc } from '../../store/delivery/entries';
import type { NewEntry } from '../../store/delivery/entry-schema';
import type { MessageDoc } from '../../store/chats/messages';
import type { OutboxRow } from '../../store/delivery/outbox';
import { countFiles } from '../files/count-files';
import { toEntryFiles } from '../files/entry-files';
import { noteFiles } from '../files/note-files';
import { toRuns } from '../groups/page-runs';
import { loadChatFacts, type ChatFacts } from '../speakers/chat-facts';
import { findNames } from '../speakers/find-names';
import { adoptShown } from '../restored/adopt';
import { createPrints } from '../restored/prints';
import { recordDelivery } from './record-delivery';
import { toPages, type Round } from './round';

const rowsAtOnce = 500;

function toItem(
  row: OutboxRow,
  message: MessageDoc,
  speakerOf: ChatFacts['speakerOf'],
  names: Names,
): DigestItem | null {
  const version = message.versions.find(({ v }) => v === row.v);
  if (!version) return null;
  const original =
    version.event === 'create' ? null : message.versions.find(({ event }) => event === 'create');
  const { event, fromMe, kind, text, fileName, quotedText, forwarded, details, media, sentAt } = version;
  return {
    ...{ event, fromMe, kind, text, fileName, quotedText, forwarded, details, media, sentAt, names },
    item: row.item,
    part: row.part,
    orderAt: row.orderAt,
    speaker: speakerOf(message, version),
    original: original ? toSummary(original, names) : null,
  };
}

/** A group's entry is planned for all pages that have its messages, at their time. */
function toBindings({ link }: Round, pages: readonly LinkedPage[]): Partial<NewEntry> {
  const planned = { state: 'planned', why: null, sentAt: null } as const;
  const bindings = pages.map(({ linkId, crmContactId }) => ({ linkId, crmContactId, ...planned }));
  return { carrierId: link._id, bindings };
}

type PlannedRows = 'some' | 'none' | 'taken';

/** Rows that go to the same pages. */
interface Plannable {
  rows: readonly OutboxRow[];
  ofGroup?: Partial<NewEntry>;
}

async function planRows(
  round: Round,
  lane: Lane,
  chat: ChatDoc,
  { rows, ofGroup }: Plannable,
): Promise<PlannedRows> {
  const { store } = round.deps;
  const messages = await store.messages.loadMany([...new Set(rows.map(({ messageId }) => messageId))]);
  const byId = new Map(messages.map((message) => [message._id, message]));
  const { speakerOf, us, scope, ...facts } = await loadChatFacts(store, chat, messages);
  const names = await findNames(store, round.link.portalId, messages, us);
  const items = rows.flatMap((row) => {
    const message = byId.get(row.messageId);
    return message ? (toItem(row, message, speakerOf, names) ?? []) : [];
  });
  const { timeZone } = round.portalDoc;
  const { items: noted, stale } = await noteFiles(store, items, { messages, timeZone });
  await store.outbox.remove(stale);
  const { portalId, epoch } = round.link;
  const marks = await store.markers.of(portalId);
  const prints = createPrints(marks, { scope, messages, items: noted });
  const pages = toPages(round, lane, ofGroup?.bindings);
  const shown = await adoptShown(round.deps, pages, { items: noted, prints });
  const newestToldAt = shown.digests.reduce(
    (newest, { newestAt }) => (newest && newest > newestAt ? newest : newestAt),
    chat.told[lane],
  );
  const fresh = { ...facts, lane, timeZone, newestToldAt, markerOf: prints.markerOf };
  const digests = [...shown.digests, ...toDigests(shown.rest, fresh)];
  for (const { files = [], ...digest } of digests) {
    const where = { ...ofGroup, portalId, epoch, target: round.target, chatId: chat._id, lane };
    const planned = { ...digest, ...toEntryFiles(files), ...where };
    const entry = await store.entries.plan({ ...planned, crmContactId: round.contactId });
    if (!entry) return 'taken';
  }
  return digests.length > 0 || stale.length > 0 ? 'some' : 'none';
}

/**
 * A group's rows, by the pages that have them. Those of other pages only are left to them, and with them all that comes after; where
 * none of them can carry now, they wait and stop nobody.
 */
async function planGroup(
  round: Round,
  lane: Lane,
  chat: ChatDoc,
  rows: readonly OutboxRow[],
): Promise<PlannedRows> {
  let result: PlannedRows = 'none';
  for (const run of toRuns(rows, await loadPagesOf(round.deps.store, chat))) {
    const isOwn = run.pages.some(({ linkId }) => linkId === round.link._id);
    if (!isOwn && run.pages.some(({ link }) => canCarry(link))) break;
    if (!isOwn) continue;
    const planned = await planRows(round, lane, chat, {
      rows: run.rows,
      ofGroup: toBindings(round, run.pages),
    });
    if (planned === 'taken') return planned;
    if (planned === 'some') result = planned;
  }
  return result;
}

const planChat = (
  round: Round,
  lane: Lane,
  chat: ChatDoc,
  rows: readonly OutboxRow[],
): Promise<PlannedRows> =>
  chat.kind === 'group' ? planGroup(round, lane, chat, rows) : planRows(round, lane, chat, { rows });

/** Rows whose entry exists already: a delivered one is recorded again, since a crash may have left a part of that undone. */
async function dropTold(round: Round, rows: readonly OutboxRow[]) {
  const entries: EntryDoc[] = await round.deps.store.entries.listByItems(rows.map(({ item }) => item));
  const told = entries.filter(({ state }) => state === 'delivered' || state === 'removed');
  let dropped = 0;
  for (const entry of told) {
    if (entry.state === 'delivered') await countFiles(round.deps, round.portal, entry);
    const isDone = entry.state === 'removed' || (await recordDelivery(round.deps, entry));
    if (entry.state === 'removed') await round.deps.store.outbox.remove(entry.items);
    if (isDone) dropped += 1;
  }
  const known = new Set(entries.flatMap(({ items }) => items));
  return { waiting: rows.filter(({ item }) => !known.has(item)), dropped };
}

/** The waiting rows after planning: none can be planned, some are, or every one is. */
export type Planned = 'nothing' | 'some' | 'all';

/**
 * Turns the lane's waiting rows into planned entries, chat by chat. A second planner, a redelivered row or a relink
 * fails on the unique items and leaves what is there.
 */
export async function planEntries(round: Round, lane: Lane): Promise<Planned> {
  const { store } = round.deps;
  const rows = await store.outbox.listOfLane(round.target, lane, rowsAtOnce);
  if (rows.length === 0) return 'nothing';
  const { waiting, dropped } = await dropTold(round, rows);
  let isMoving = dropped > 0;
  const chatIds = [...new Set(waiting.map(({ chatId }) => chatId))];
  for (const chatId of chatIds) {
    const chat = await store.chats.load(chatId);
    const ofChat = waiting.filter((row) => row.chatId === chatId);
    const planned = chat ? await planChat(round, lane, chat, ofChat) : 'none';
    if (planned === 'taken') return 'some';
    isMoving ||= planned === 'some';
  }
  if (!isMoving) {
    log.warn('Rows wait that cannot be planned', { linkId: round.link._id, rows: rows.length });
    return 'nothing';
  }
  return rows.length < rowsAtOnce ? 'all' : 'some';
}
