import { toItemId, type LinkId } from '../../domain/ids';
import type { Store } from '../../store/store';
import type { Placed } from '../current-chats';

/**
 * The links whose pages have, or are to have, the message that a file of a group belongs to: who came later has not. Null: the message
 * waits itself, and they are chosen with it. Rows are read first: one that goes meanwhile has its entry.
 */
async function listLinksOf(store: Store, { message, version }: Placed): Promise<LinkId[] | null> {
  const item = toItemId(message._id, version.v, 1);
  if ((await store.outbox.whichItems([item])).has(item)) return null;
  const [entry] = await store.entries.listByItems([item]);
  const pages = (entry?.bindings ?? []).filter(({ state }) => state !== 'ended' && state !== 'removed');
  return pages.map(({ linkId }) => linkId);
}

/** What is routed, with the links that a file of it is for. */
export async function withLinks<One extends Placed>(
  store: Store,
  placed: readonly One[],
): Promise<(One & { linkIds?: LinkId[] })[]> {
  return Promise.all(
    placed.map(async (one) => {
      const linkIds = one.file ? await listLinksOf(store, one) : null;
      return linkIds ? { ...one, linkIds } : one;
    }),
  );
}
