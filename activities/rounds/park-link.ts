import type { ActivityDeps } from '../deps';

/** Parks a link that stayed quiet, unless something arrived since its last round read `arrivals`. */
export async function parkLink({ store }: ActivityDeps, linkId: string, arrivals: number): Promise<boolean> {
  return store.links.park(linkId, arrivals);
}
