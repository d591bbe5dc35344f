import type { DigestItem } from '../../domain/digest';
import { isFileItem, type ItemId } from '../../domain/ids';
import type { MessageDoc } from '../../store/chats/messages';
import type { Marks } from '../../store/delivery/markers';

/** What the items of a chat are on any page, whichever store planned them. */
export interface Prints {
  of: (item: ItemId) => string;
  markerOf: (items: readonly ItemId[]) => string;
}

interface Origin {
  /** See `ChatFacts`. */
  scope: string;
  messages: readonly MessageDoc[];
  items: readonly DigestItem[];
}

/** What each file item tells: that the file is there, or why it is not. A store that meets it later counts its outcomes in another way. */
const toFileOutcomes = (items: readonly DigestItem[]): Map<ItemId, string> =>
  new Map(
    items.flatMap(({ file }) =>
      file?.item ? [[file.item, file.state === 'attached' ? 'file' : `file ${file.reason ?? ''}`]] : [],
    ),
  );

/** By what the source calls a message and its change, never by our ids: a message that is fetched again gets new ones. */
export function createPrints(marks: Marks, { scope, messages, items }: Origin): Prints {
  const byId = new Map(messages.map((message) => [message._id, message]));
  const outcomes = toFileOutcomes(items);
  function of(item: ItemId): string {
    const [messageId = '', v = '', part = ''] = item.split('/');
    const message = byId.get(messageId);
    const change = message?.versions.find((version) => String(version.v) === v)?.change;
    const what = isFileItem(item) ? (outcomes.get(item) ?? item) : part;
    return marks.printOf([scope, message?.key ?? messageId, change ?? v, what].join('\n'));
  }
  return { of, markerOf: (told) => marks.markerOf(told.map(of)) };
}
