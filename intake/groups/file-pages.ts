import { toItemId, type ItemId, type LinkId } from '../../domain/ids';
import type { Store } from '../../store/store';
import type { Placed } from '../current-chats';

const itemOf = ({ message, version }: Placed): ItemId => toItemId(message._id, version.v, 1);

/**
 * The links whose pages have, or are to have, the messages that files of groups belong to: who came later has not. A message that is left out
 * waits itself, and they are chosen with it. Rows are read first: one that goes meanwhile has its entry.
 */
async function listLinksOf({ outbox, entries }: Store, files: readonly Placed[]) {
  const items = files.map(itemOf);
  const waiting = await outbox.whichItems(items);
  const told = items.filter((item) => !waiting.has(item));
  const linkIdsOf = new Map(told.map((item): [ItemId, LinkId[]] => [item, []]));
  for (const { items: theirs, bindings = [] } of told.length === 0 ? [] : await entries.listByItems(told)) {
    const pages = bindings.filter(({ state }) => state !== 'ended' && state !== 'removed');
    for (const item of theirs) linkIdsOf.get(item)?.push(...pages.map(({ linkId }) => linkId));
  }
  return linkIdsOf;
}

/** What is routed, with the links that a file of it is for. Two reads for all of them. */
export async function withLinks<One extends Placed>(
  store: Store,
  placed: readonly One[],
): Promise<(One & { linkIds?: LinkId[] })[]> {
  const files = placed.filter(({ file }) => file);
  if (files.length === 0) return [...placed];
  const linkIdsOf = await listLinksOf(store, files);
  return placed.map((one) => {
    const linkIds = one.file ? linkIdsOf.get(itemOf(one)) : undefined;
    return linkIds ? { ...one, linkIds } : one;
  });
}
