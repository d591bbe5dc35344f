import type { Window } from '../../domain/history';
import { canNarrow } from '../../domain/history';
import type { HistoryMessage } from '../../whatsapp/history-source';
import type { Run } from './run';

const pageSize = 100;
/** A piece with more is cut; it is held in memory until it is sorted. */
export const mostMessages = 500;

const timeOf = ({ translation }: HistoryMessage): number =>
  translation.kind === 'message' ? translation.message.sentAt.getTime() : 0;

const isWithin = (one: HistoryMessage, { from, to }: Window): boolean => {
  const at = timeOf(one);
  return at === 0 || (at >= from.getTime() && at < to.getTime() + 1_000);
};

/**
 * All messages of a piece of a chat's past, the oldest first; those of one second in the order the source has them. `too-many`: the piece is to
 * be cut. Engines that cannot look for a time give all they have: the rest is dropped here.
 */
export async function readWindow(
  { source, signal }: Run,
  jids: readonly string[],
  window: Window,
): Promise<HistoryMessage[] | 'too-many'> {
  const found: HistoryMessage[] = [];
  for (const jid of jids) {
    for (let offset = 0; ; offset += pageSize) {
      const { items, isLast } = await source.listMessages(jid, window, { offset, limit: pageSize, signal });
      found.push(...items.filter((one) => isWithin(one, window)));
      if (found.length > mostMessages && canNarrow(window)) return 'too-many';
      if (isLast) break;
    }
  }
  return found.reverse().sort((one, other) => timeOf(one) - timeOf(other));
}
