import { chooseCarrier } from '../../domain/groups/carrier';
import { groupIdOf, toGroupTarget } from '../../domain/ids';
import { listPagesOf } from '../../intake/groups/pages';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';

/** The link that is to carry a group now; null: nobody can, or it is on no page. */
export async function findCarrier(store: Store, chatId: string): Promise<LinkDoc | null> {
  const chat = await store.chats.load(chatId);
  return chat && chooseCarrier((await listPagesOf(store, chat)).map(({ link }) => link));
}

/** Of some parked links: those for whom something of a group waits, and those among them that are to be woken for it. */
export async function findWaitingGroups(
  store: Store,
  links: readonly LinkDoc[],
): Promise<{ waiting: Set<string>; toWake: Set<string> }> {
  const linkOf = new Map(links.map((link) => [link.personId, link._id]));
  const members = await store.members.listOfPeople([...linkOf.keys()]);
  const targets = [...new Set(members.map(({ chatId }) => toGroupTarget(chatId)))];
  const busy = targets.length === 0 ? new Set() : await store.outbox.whichWait(targets);
  const waiting = new Set<string>();
  const toWake = new Set<string>();
  for (const { chatId, personId, leftAt, missed } of members) {
    const linkId = linkOf.get(personId) ?? '';
    if (missed > 0) toWake.add(linkId);
    if (leftAt === null && busy.has(toGroupTarget(chatId))) waiting.add(linkId);
  }
  for (const target of busy as Set<ReturnType<typeof toGroupTarget>>) {
    const carrier = await findCarrier(store, groupIdOf(target) ?? '');
    if (carrier) toWake.add(carrier._id);
  }
  return { waiting, toWake };
}
