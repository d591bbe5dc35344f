import { countItems } from '../../domain/digest-line';
import { toGroupTarget, toItemId } from '../../domain/ids';
import type { Kept } from '../../domain/privacy/retention';
import { loadPolicy } from '../../intake/groups/pages';
import type { ChatDoc } from '../../store/chats/chats';
import type { MessageDoc } from '../../store/chats/messages';
import type { Store } from '../../store/store';

export interface KeptMessage extends Kept {
  message: MessageDoc;
}

const itemsOf = ({ _id, versions }: MessageDoc) =>
  versions.flatMap(({ v, event, text }) =>
    Array.from({ length: countItems(event, text) }, (_, index) => toItemId(_id, v, index + 1)),
  );

/** The messages of which a file is yet to be had, sent or told. */
async function whichHaveFiles({ media }: Store, messages: readonly MessageDoc[]): Promise<Set<string>> {
  const files = await media.listOfMessages(messages.map(({ _id }) => _id));
  const waiting = files.filter(
    ({ state, toRouteAt, toldAt }) =>
      toRouteAt !== null ||
      state === 'wanted' ||
      state === 'refused' ||
      (state === 'stored' && toldAt === null),
  );
  return new Set(waiting.map(({ messageId }) => messageId));
}

/** Whether what is said in a chat now could come to somebody's page. */
async function loadDirect(store: Store, chat: ChatDoc) {
  const person = chat.personId === null ? null : await store.people.load(chat.personId);
  const link = person && (await store.links.findByPerson(chat.portalId, person._id));
  return { mayBeTold: link !== null && link.state !== 'unlinked', isOfGroupThatIsOff: false };
}

async function loadGroup(store: Store, chat: ChatDoc) {
  const { policy } = await loadPolicy(store, chat);
  const isWaiting = await store.outbox.hasAny(toGroupTarget(chat._id));
  if (policy.mode === 'off' && !isWaiting) return { mayBeTold: false, isOfGroupThatIsOff: true };
  const members = await store.members.listOfChat(chat._id);
  const links = await store.links.listByPeople(
    chat.portalId,
    members.map(({ personId }) => personId),
  );
  const isOpen = policy.mode === 'one' || links.some(({ state }) => state !== 'unlinked');
  return { mayBeTold: isWaiting || isOpen, isOfGroupThatIsOff: false };
}

/** What is known of each of these messages, to say for how long it is kept. */
export async function loadKept(store: Store, messages: readonly MessageDoc[]): Promise<KeptMessage[]> {
  if (messages.length === 0) return [];
  const chats = await store.chats.loadMany([...new Set(messages.map(({ chatId }) => chatId))]);
  const facts = new Map<string, Pick<Kept, 'mayBeTold' | 'isOfGroupThatIsOff'>>();
  for (const chat of chats)
    facts.set(chat._id, await (chat.kind === 'group' ? loadGroup(store, chat) : loadDirect(store, chat)));
  const rows = await store.outbox.whichItems(messages.flatMap(itemsOf));
  const withFiles = await whichHaveFiles(store, messages);
  return messages.flatMap((message): KeptMessage[] => {
    const of = facts.get(message.chatId);
    if (!of) return [];
    const waits = itemsOf(message).some((item) => rows.has(item));
    const areTold = message.versions.every(({ entryId }) => entryId !== null);
    const isTold = areTold && !waits && !withFiles.has(message._id);
    return [{ message, isTold, ...of, mayBeTold: of.mayBeTold || waits }];
  });
}
