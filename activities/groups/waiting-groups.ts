import { groupIdOf, toGroupTarget, type Target } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { listCarriers, listWaitingPages } from './page-runs';

/** Of some parked links: those for whom something of a group waits, and those among them that are to be woken for it. */
export async function findWaitingGroups(
  store: Store,
  links: readonly Pick<LinkDoc, '_id' | 'personId'>[],
): Promise<{ waiting: Set<string>; toWake: Set<string> }> {
  const linkOf = new Map(links.map((link) => [link.personId, link._id]));
  const members = await store.members.listOfPeople([...linkOf.keys()]);
  const targets = [...new Set(members.map(({ chatId }) => toGroupTarget(chatId)))];
  const busy = targets.length === 0 ? new Set<Target>() : await store.outbox.whichWait(targets);
  const waiting = new Set<string>();
  const toWake = new Set<string>();
  for (const { personId, missed } of members) if (missed > 0) toWake.add(linkOf.get(personId) ?? '');
  const chats = await store.chats.loadMany([...busy].flatMap((target) => groupIdOf(target) ?? []));
  for (const chat of chats) {
    for (const { linkId } of await listWaitingPages(store, chat)) waiting.add(linkId);
    for (const { _id } of await listCarriers(store, chat._id)) toWake.add(_id);
  }
  return { waiting, toWake };
}

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
