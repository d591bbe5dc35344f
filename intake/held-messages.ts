import type { ChatDoc } from '../store/chats/chats';
import { isKept } from '../store/chats/messages';
import type { HeldPlace, LinkDoc } from '../store/links/link-schema';
import type { Store } from '../store/store';
import { listFree } from './current-chats';
import { addRows } from './routing';

const page = 200;

/** A scan of a link's chats: where it begins, and the note of how far it came. */
interface Scan {
  from: HeldPlace | null;
  move: (place: HeldPlace) => Promise<void>;
}

async function addHeldOfChat(store: Store, link: LinkDoc, chat: ChatDoc, scan: Scan): Promise<number> {
  let added = 0;
  let after = scan.from?.chatId === chat._id ? scan.from.after : null;
  for (;;) {
    const messages = await store.messages.listOfChat(chat._id, after, page);
    const waiting = messages.flatMap((message) =>
      message.versions
        .filter((version) => version.entryId === null && isKept(message, version))
        .map((version) => ({ chat, message, version })),
    );
    added += await addRows(store, link, await listFree(store, waiting));
    after = messages.at(-1)?._id ?? null;
    if (messages.length < page || after === null) return added;
    await scan.move({ chatId: chat._id, after });
  }
}

async function addHeld(store: Store, link: LinkDoc, scan: Scan): Promise<number> {
  let added = 0;
  const { from } = scan;
  if ((await store.people.load(link.personId))?.excluded) return 0;
  for (const chat of await store.chats.listDirect(link.portalId, link.personId)) {
    if (chat.excluded) continue;
    if (from === null || chat._id >= from.chatId) added += await addHeldOfChat(store, link, chat, scan);
  }
  return added;
}

/** Turns what is held of a link's direct chats into outbox rows. Safe to repeat; returns how many rows are new. */
export const addHeldMessages = (store: Store, link: LinkDoc): Promise<number> =>
  addHeld(store, link, { from: null, move: () => Promise.resolve() });

/**
 * The same when a link begins; an interrupted scan goes on where it stopped. What comes into the chats behind it is not missed:
 * ingest sees that the link is linked, and a merge scans what it brings.
 */
export const addHeldAtBeginning = (store: Store, link: LinkDoc): Promise<number> =>
  addHeld(store, link, {
    from: link.held?.epoch === link.epoch ? link.held : null,
    move: (place) => store.links.moveHeldPlace(link, place),
  });
