import { routeMessage } from '../../intake/routing';
import type { Store } from '../../store/store';

/** Routes what ingest had left half done before a time, as the sweep does. */
export async function routeForgotten(store: Store, portalId: string, before: Date) {
  const messages = await store.messages.listUnrouted(portalId, before, { after: null, limit: 200 });
  const all = { versions: 0, parkedLinkIds: [] as string[] };
  for (const message of messages) {
    const { versions, parkedLinkIds } = await routeMessage(store, message);
    all.versions += versions;
    all.parkedLinkIds.push(...parkedLinkIds);
  }
  return all;
}
