import type { ChatDoc } from '../../store/chats/chats';
import type { Store } from '../../store/store';

/** Who a chat is with: a group's title, or the person's name. */
export async function toTitle({ people }: Store, { kind, title, personId }: ChatDoc): Promise<string> {
  if (kind === 'group') return title ?? 'Group';
  const person = personId === null ? null : await people.load(personId);
  return person?.name ?? 'Chat';
}
