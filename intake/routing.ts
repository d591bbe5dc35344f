import { toItemId, toLinkTarget } from '../domain/ids';
import { countItems } from '../domain/digest-line';
import type { Lane } from '../domain/link';
import { isLeftToMerge } from './message-copies';
import type { ChatDoc } from '../store/chats/chats';
import type { LinkDoc } from '../store/links/link-schema';
import type { MessageDoc, MessageVersion } from '../store/chats/messages';
import type { Store } from '../store/store';

const isOpen = (link: LinkDoc | null): link is LinkDoc => link !== null && link.state === 'linked';

/** Messages older than the link's beginning are history, the rest is live. */
const laneOf = (sentAt: Date, startedAt: Date | null): Lane =>
  startedAt !== null && sentAt < startedAt ? 'history' : 'live';

/** Makes the outbox rows of one version, one a part. True when one is new. A time ahead of its arrival is its arrival. */
export async function addRows(
  store: Store,
  link: LinkDoc,
  message: MessageDoc,
  version: MessageVersion,
): Promise<boolean> {
  let isNew = false;
  for (let part = 1; part <= countItems(version.event, version.text); part += 1) {
    const added = await store.outbox.add({
      item: toItemId(message._id, version.v, part),
      target: toLinkTarget(link._id),
      portalId: message.portalId,
      chatId: message.chatId,
      messageId: message._id,
      v: version.v,
      part,
      lane: laneOf(version.sentAt, link.startedAt),
      orderAt: version.sentAt < version.arrivedAt ? version.sentAt : version.arrivedAt,
      arrivedAt: version.arrivedAt,
    });
    isNew ||= added;
  }
  return isNew;
}

/** A message that no page takes raises the question whose it is, unless a person has ended the link. */
async function noteUntaken(store: Store, personId: string, link: LinkDoc | null, sentAt: Date) {
  const isWaiting = link === null || link.reviewId !== null;
  if (isWaiting) await store.people.noteUntaken(personId, sentAt);
}

/** The chat and person that messages of this chat belong to now, after all merges. The sweep moves what came to a merged one. */
export async function currentChat(store: Store, chatId: string): Promise<ChatDoc | null> {
  const stored = await store.chats.load(chatId);
  const chat = stored?.mergedInto ? await store.chats.load(stored.mergedInto) : stored;
  if (!stored || !chat || stored.personId === null) return chat;
  const owner = await store.people.loadAsStored(stored.personId);
  if (!owner?.mergedInto) return chat;
  await store.people.reopenMerge(owner._id);
  const survivor = await store.people.load(owner._id);
  return { ...chat, personId: survivor?._id ?? chat.personId };
}

/** True while a merge has to decide about the message; the sweep carries that merge on, then routes what is left. */
export async function waitsForMerge(store: Store, chat: ChatDoc, message: MessageDoc): Promise<boolean> {
  if (!(await isLeftToMerge(store, chat, message))) return false;
  for (const chatId of [message.chatId, ...(chat.absorbed ?? [])]) {
    const personId = (await store.chats.load(chatId))?.personId;
    if (personId) await store.people.reopenMerge(personId);
  }
  return true;
}

/** Counts what came for a link, so that it does not park over it. Gives the link's id when it is parked and must be woken. */
export async function countArrival(store: Store, linkId: string): Promise<string | null> {
  const rhythm = await store.links.countArrival(linkId);
  return rhythm === 'parked' ? linkId : null;
}

/**
 * The second half of ingest: outbox row, then the link's `arrivals`, then `routedAt`. Safe to repeat. The message was
 * written before the link is read here, and a link is written before it scans messages: one always sees the other.
 * Gives the parked link to wake.
 */
export async function routeVersion(
  store: Store,
  chat: ChatDoc,
  message: MessageDoc,
  version: MessageVersion,
): Promise<string | null> {
  if (await waitsForMerge(store, chat, message)) return null;
  let parkedLinkId: string | null = null;
  if (chat.kind === 'direct' && chat.personId !== null) {
    const link = await store.links.findByPerson(chat.portalId, chat.personId);
    if (isOpen(link)) {
      await addRows(store, link, message, version);
      parkedLinkId = await countArrival(store, link._id);
    } else await noteUntaken(store, chat.personId, link, version.sentAt);
  }
  await store.messages.markRouted(message._id, version.v, new Date());
  return parkedLinkId;
}

/** Routes the versions of a message whose ingest died between its writes: how many, and the parked links to wake. */
export async function routeMessage(store: Store, message: MessageDoc) {
  const chat = await currentChat(store, message.chatId);
  const parkedLinkIds: string[] = [];
  if (!chat) return { versions: 0, parkedLinkIds };
  const forgotten = message.versions.filter(({ routedAt }) => routedAt === null);
  for (const version of forgotten) {
    const parkedLinkId = await routeVersion(store, chat, message, version);
    if (parkedLinkId) parkedLinkIds.push(parkedLinkId);
  }
  return { versions: forgotten.length, parkedLinkIds };
}
