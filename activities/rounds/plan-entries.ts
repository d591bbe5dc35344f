import { log } from '@temporalio/activity';
import { toSummary, type Names } from '../../domain/content/said';
import { toDigests, type DigestItem } from '../../domain/digest';
import { phoneOf } from '../../domain/identity';
import type { Lane } from '../../domain/link';
import type { AccountDoc } from '../../store/accounts';
import type { ChatDoc } from '../../store/chats/chats';
import type { EntryDoc } from '../../store/delivery/entries';
import { newMarker } from '../../store/delivery/marker';
import type { MessageDoc, MessageVersion } from '../../store/chats/messages';
import type { OutboxRow } from '../../store/delivery/outbox';
import type { PersonDoc } from '../../store/people/people';
import { findNames } from './find-names';
import { recordDelivery } from './record-delivery';
import type { Round } from './round';

const rowsAtOnce = 500;

const titleOf = (person: PersonDoc | null): string =>
  person?.name ?? (person && phoneOf(person.aliases)) ?? 'WhatsApp contact';

/** The speaker of a version: a reaction to our message may be theirs. */
const toSpeakerOf =
  (account: AccountDoc | null, person: PersonDoc | null) =>
  ({ fromMe, senderName }: MessageVersion): string =>
    fromMe ? (account?.name ?? 'We') : (senderName ?? titleOf(person));

function toItem(
  row: OutboxRow,
  message: MessageDoc,
  speakerOf: (version: MessageVersion) => string,
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
    speaker: speakerOf(version),
    original: original ? toSummary(original, names) : null,
  };
}

async function planChat(
  round: Round,
  lane: Lane,
  chat: ChatDoc,
  rows: readonly OutboxRow[],
): Promise<'some' | 'none' | 'taken'> {
  const { store } = round.deps;
  const [account, person] = await Promise.all([
    chat.accountId === null ? null : store.accounts.load(chat.accountId),
    chat.personId === null ? null : store.people.load(chat.personId),
  ]);
  const messages = await store.messages.loadMany([...new Set(rows.map(({ messageId }) => messageId))]);
  const byId = new Map(messages.map((message) => [message._id, message]));
  const speakerOf = toSpeakerOf(account, person);
  const names = await findNames(store, round.link.portalId, messages, account?.name ?? 'We');
  const items = rows.flatMap((row) => {
    const message = byId.get(row.messageId);
    return message ? (toItem(row, message, speakerOf, names) ?? []) : [];
  });
  const digests = toDigests(items, {
    chatTitle: titleOf(person),
    account: account ? `${account.name} ${account.e164}` : 'WhatsApp',
    lane,
    timeZone: round.portalDoc.timeZone,
    newestToldAt: chat.told[lane],
    newMarker,
  });
  const { portalId, epoch } = round.link;
  for (const digest of digests) {
    const planned = { ...digest, portalId, epoch, target: round.target, chatId: chat._id, lane };
    const entry = await store.entries.plan({ ...planned, crmContactId: round.contactId });
    if (!entry) return 'taken';
  }
  return digests.length > 0 ? 'some' : 'none';
}

/** Rows whose entry exists already: a delivered one is recorded again, since a crash may have left a part of that undone. */
async function dropTold(round: Round, rows: readonly OutboxRow[]) {
  const entries: EntryDoc[] = await round.deps.store.entries.listByItems(rows.map(({ item }) => item));
  const told = entries.filter(({ state }) => state === 'delivered' || state === 'removed');
  for (const entry of told) {
    if (entry.state === 'delivered') await recordDelivery(round.deps, entry);
    else await round.deps.store.outbox.remove(entry.items);
  }
  const known = new Set(entries.flatMap(({ items }) => items));
  return { waiting: rows.filter(({ item }) => !known.has(item)), dropped: told.length };
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
