import { beginLink } from '../../intake/beginnings/begin-link';
import type { ActivityDeps } from '../deps';

/** pending -> linked, and what is held waits for its page. Safe to repeat. */
export const recordLink = async ({ store }: ActivityDeps, linkId: string): Promise<{ linked: boolean }> => ({
  linked: (await beginLink(store, linkId)) !== null,
});
