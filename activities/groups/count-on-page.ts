import { toGroupTarget, type ChatId } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import type { CountedLane, MemberDoc } from '../../store/chats/members';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';

/** So many entries are counted again and again before the place is moved on from which they are. */
const entriesCountedAnew = 50;

const fromBeginning: CountedLane = { items: 0, before: 0, through: 0 };

async function countLane(
  { entries }: Store,
  link: LinkDoc,
  { chatId }: MemberDoc,
  { lane, from: { before, through } }: { lane: Lane; from: CountedLane },
): Promise<CountedLane> {
  const bound = await entries.countBoundItems(toGroupTarget(chatId), lane, link._id, through);
  const items = before + bound.items;
  const isToMove = bound.entries >= entriesCountedAnew && !(await entries.hasOpenPage(link._id, chatId));
  return isToMove ? { items, before: items, through: bound.seq } : { items, before, through };
}

/** Counts a member's page anew, from the place up to which nothing can have changed: another epoch, or something missed, has none. */
async function countMember(store: Store, link: LinkDoc, member: MemberDoc): Promise<number> {
  const { onPage, missed } = member;
  const isCounted = onPage?.epoch === link.epoch && missed === 0;
  const [live, history] = await Promise.all(
    (['live', 'history'] as const).map((lane) =>
      countLane(store, link, member, { lane, from: isCounted ? onPage[lane] : fromBeginning }),
    ),
  );
  if (!live || !history) return 0;
  await store.members.saveOnPage(member, { epoch: link.epoch, live, history });
  return live.items + history.items;
}

/**
 * Writes on a link how many messages of its groups are on its page, after something of one of them was bound there. The others are known,
 * but for what was never counted in this epoch. Safe to repeat: counts are of what is there, and not added to.
 */
export async function countOnPage(store: Store, link: LinkDoc, chatId: ChatId): Promise<void> {
  if (link.state !== 'linked' || link.change !== null) return;
  let sum = 0;
  for (const member of await store.members.listOfPerson(link.personId)) {
    const { onPage } = member;
    const isKnown = member.chatId !== chatId && onPage?.epoch === link.epoch;
    sum += isKnown ? onPage.live.items + onPage.history.items : await countMember(store, link, member);
  }
  await store.links.moveBackedUp(link._id, null, { groupMessagesBackedUp: sum });
}
