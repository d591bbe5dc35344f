import type { GroupPlace } from '../../store/privacy/forgettings';
import type { MessageDoc } from '../../store/chats/messages';
import type { Run } from './run';

const pageSize = 200;

interface GroupPage {
  chatId: string;
  messages: MessageDoc[];
  /** Where the page ends. */
  place: GroupPlace;
}

/** They said it, or did something with it, as to react. */
export const isBy = (
  { personIds }: Pick<Run, 'personIds'>,
  { senderPersonId, versions }: MessageDoc,
): boolean =>
  (senderPersonId !== null && personIds.includes(senderPersonId)) ||
  versions.some(({ speakerId }) => speakerId !== undefined && personIds.includes(speakerId));

/** The groups they are or were in, page by page, from where the phase stands. */
export async function* eachGroupPage({ deps: { store }, doc, personIds }: Run): AsyncGenerator<GroupPage> {
  const members = await store.members.listOfPeople(personIds);
  const chatIds = [...new Set(members.map(({ chatId }) => chatId))].sort();
  const { place } = doc;
  for (const chatId of chatIds.filter((id) => place === null || id >= place.chatId)) {
    for (let after = place?.chatId === chatId ? place.after : null; ;) {
      const messages = await store.messages.listOfChat(chatId, after, pageSize);
      after = messages.at(-1)?._id ?? null;
      if (after === null) break;
      yield { chatId, messages, place: { chatId, after } };
    }
  }
}
