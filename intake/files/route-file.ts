import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';
import { routeFiles } from '../routing';

/**
 * What became of files is to be told: outbox rows, then which links are parked, then the note that it is done. Safe to repeat; the
 * sweep does it for those whose process died. Gives the parked links to wake.
 */
export async function routeOutcomes(store: Store, media: readonly MediaDoc[]): Promise<string[]> {
  const messages = await store.messages.loadMany([...new Set(media.map(({ messageId }) => messageId))]);
  const byId = new Map(messages.map((message) => [message._id, message]));
  const placed = media.flatMap((file) => {
    const message = byId.get(file.messageId);
    const version = message?.versions.find(({ v }) => v === file.v);
    return message && version ? [{ message, version, file }] : [];
  });
  const { routed, parkedLinkIds } = await routeFiles(store, placed);
  const routedIds = new Set(routed.map(({ file }) => file?._id));
  // A message that is gone was a copy: the one that is left has its own file.
  const gone = media.filter(({ messageId }) => !byId.has(messageId));
  await store.media.markRouted([...media.filter(({ _id }) => routedIds.has(_id)), ...gone]);
  return parkedLinkIds;
}
