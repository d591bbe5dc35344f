import type { Counted } from '../domain/source/gap-text';
import { countFound } from '../store/history/found';
import { countSent } from '../store/chats/chat-counts';
import type { GapDoc } from '../store/sources/gaps';
import type { SeenCountDoc } from '../store/sources/seen-counts';
import type { Store } from '../store/store';

type Said = Pick<SeenCountDoc, 'chatId' | 'messages' | 'from' | 'to' | 'saidAt'>;

/** A source may count less than we hold: its phone deletes what is old. */
export async function compareCount({ messages }: Store, said: Said): Promise<Counted> {
  const { chatId, from, to, saidAt } = said;
  const held = await countSent(messages, chatId, { from, to });
  const missing = Math.max(0, said.messages - held);
  return { messages: said.messages, held, missing, from, to, saidAt };
}

/** Of each chat the count that misses most, where several accounts see it. */
export async function loadCounts(store: Store, chatIds: readonly string[]): Promise<Map<string, Counted>> {
  const counted = new Map<string, Counted>();
  for (const said of await store.seenCounts.listOfChats(chatIds)) {
    const one = await compareCount(store, said);
    const known = counted.get(said.chatId);
    if (!known || known.missing < one.missing) counted.set(said.chatId, one);
  }
  return counted;
}

/**
 * A gap of a source whose history we cannot read is filled for a chat once the source has counted that time and more, and we hold as much:
 * it was asked when it counted.
 */
export async function fillGap(
  store: Store,
  chatId: string,
  gap: GapDoc,
  counted: Counted | null,
): Promise<GapDoc> {
  const { from, to, closedAt } = gap;
  if (closedAt !== null || to === null || !counted || counted.missing > 0) return gap;
  if (counted.from > from || counted.to < to) return gap;
  const { saidAt } = counted;
  return {
    ...gap,
    askedAt: saidAt,
    closedAt: saidAt,
    found: await countFound(store, [chatId], { from, to }),
  };
}
