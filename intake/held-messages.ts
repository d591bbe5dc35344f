import type { ChatDoc } from '../store/chats/chats';
import type { LinkDoc } from '../store/links/link-schema';
import type { Store } from '../store/store';
import { addRows, waitsForMerge } from './routing';

const page = 200;

async function addHeldOfChat(store: Store, link: LinkDoc, chat: ChatDoc): Promise<number> {
  let added = 0;
  let after: string | null = null;
  do {
    const messages = await store.messages.listOfChat(chat._id, after, page);
    const waiting = messages.flatMap((message) =>
      message.versions.filter(({ entryId }) => entryId === null).map((version) => ({ message, version })),
    );
    for (const { message, version } of waiting) {
      if (await waitsForMerge(store, chat, message)) continue;
      if (await addRows(store, link, message, version)) added += 1;
    }
    after = messages.length < page ? null : (messages.at(-1)?._id ?? null);
  } while (after !== null);
  return added;
}

/** Turns what is held of a link's direct chats into outbox rows. Safe to repeat; returns how many rows are new. */
export async function addHeldMessages(store: Store, link: LinkDoc): Promise<number> {
  let added = 0;
  for (const chat of await store.chats.listDirect(link.portalId, link.personId)) {
    added += await addHeldOfChat(store, link, chat);
  }
  return added;
}
