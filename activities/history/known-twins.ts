import { isSamePhone } from '../../domain/identity';
import type { FileReading } from '../../domain/export/chat-file';
import { findChatByJid } from '../../store/chats/find-chat';
import type { MessageDoc } from '../../store/chats/messages';
import { listSentWithin } from '../../store/chats/sent-within';
import { isExported, toSubstance, type IdentifiedMessage } from '../../whatsapp/export/identify';
import { findTwins, type KnownMessage } from '../../whatsapp/export/twins';
import type { FileRun } from './run';

/** A source may know a message by a time of another minute. */
const marginMs = 2 * 60_000;

/** The chats with the same people, at all accounts of the same number of ours. */
async function listChats({ deps: { store }, account }: FileRun, { chat }: FileReading): Promise<string[]> {
  const accounts = (await store.accounts.list()).filter(
    ({ portalId, e164 }) => portalId === account.portalId && isSamePhone(e164, account.e164),
  );
  const jid = chat.kind === 'group' ? chat.groupJid : `${chat.e164.slice(1)}@c.us`;
  const chats = await Promise.all(accounts.map((one) => findChatByJid(store, one, jid)));
  return [...new Set(chats.flatMap((one) => one?._id ?? []))];
}

function toKnown({ versions, fromMe, stanzaId }: MessageDoc): KnownMessage[] {
  const first = versions.find(({ event }) => event === 'create');
  if (!first || isExported(stanzaId)) return [];
  const hasFile = first.media !== undefined && first.media !== null;
  const place = first.details?.place;
  const texts = place
    ? [`${place.latitude},${place.longitude}`]
    : versions.filter(({ event }) => event === 'create' || event === 'edit').map(({ text }) => text);
  return [{ sentAt: first.sentAt, fromMe, substances: texts.map((text) => toSubstance(text, hasFile)) }];
}

/** Those of a portion that no other source has brought: see `findTwins` for the rule. */
export async function leaveOutTwins(
  run: FileRun,
  reading: FileReading,
  portion: readonly IdentifiedMessage[],
): Promise<IdentifiedMessage[]> {
  if (portion.length === 0) return [];
  const chatIds = await listChats(run, reading);
  if (chatIds.length === 0) return [...portion];
  const times = portion.map(({ sentAt }) => sentAt.getTime());
  const from = new Date(Math.min(...times) - marginMs);
  const to = new Date(Math.max(...times) + marginMs);
  const known = (await listSentWithin(run.deps.store, chatIds, { from, to })).flatMap(toKnown);
  const isTwin = findTwins(portion, known);
  return portion.filter((_, at) => !isTwin[at]);
}
