import { toLinkTarget } from '../../domain/ids';
import type { Store } from '../../store/store';
import { isLeftToParked } from '../groups/left-to-parked';

/**
 * Parks a link that stayed quiet, unless something waits for it. Rows are looked for after it is parked, and whoever makes rows asks after them
 * whether it is: one of the two always sees the other. A process that dies in between leaves it parked with rows: doing this again finds them, and
 * so does the sweep.
 */
export async function parkLink({ store }: { store: Store }, linkId: string): Promise<boolean> {
  if (!(await store.links.park(linkId))) return false;
  const link = await store.links.load(linkId);
  if (!link) return false;
  const own = toLinkTarget(linkId);
  const isBusy =
    (await store.outbox.hasAny(own)) ||
    (await store.entries.hasUnsettled(own)) ||
    (await isLeftToParked(store, link));
  if (isBusy) await store.links.setRhythm(linkId, 'rounds', ['parked']);
  return !isBusy;
}
