import { groupIdOf, toGroupTarget } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { listCarriers } from './page-runs';

/**
 * Whether something of its groups waits that a link which has just parked may be needed for: something it missed, or what nobody in rounds carries. It
 * stays awake then, whichever of the parked ones is to carry: two that park at once would each leave it to the other.
 */
export async function isLeftToParked(store: Store, { personId }: LinkDoc): Promise<boolean> {
  const members = await store.members.listOfPerson(personId);
  if (members.some(({ missed }) => missed > 0)) return true;
  if (members.length === 0) return false;
  const busy = await store.outbox.whichWait(members.map(({ chatId }) => toGroupTarget(chatId)));
  for (const target of busy) {
    const carriers = await listCarriers(store, groupIdOf(target) ?? '');
    if (carriers.some(({ rhythm }) => rhythm === 'parked')) return true;
  }
  return false;
}
