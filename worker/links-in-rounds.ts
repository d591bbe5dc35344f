import type { Store } from '../store/store';

/** More would change nothing. */
const enough = 10_000;

/** Links that have rounds now, of all portals; counted no further than is of use. */
export async function countLinksInRounds({
  portals,
  links,
}: Pick<Store, 'portals' | 'links'>): Promise<number> {
  let count = 0;
  for (const { _id } of await portals.list()) {
    const { linked, paused, parked } = await links.countByState(_id);
    count += linked - paused - parked;
    if (count > enough) break;
  }
  return count;
}
