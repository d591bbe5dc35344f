import { countItems } from '../../domain/digest-line';
import { toFileItemId, toItemId, type Target } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import type { OutboxRow } from '../../store/delivery/outbox';
import type { Placed } from '../current-chats';

/** Where rows go: messages older than the beginning are history, the rest is live. */
export interface RowTarget {
  target: Target;
  startedAt: Date | null;
}

const laneOf = (sentAt: Date, startedAt: Date | null): Lane =>
  startedAt !== null && sentAt < startedAt ? 'history' : 'live';

/** When a version was said: a time ahead of its arrival is its arrival. */
export const saidAtOf = ({ version: { sentAt, arrivedAt } }: Placed): Date =>
  sentAt < arrivedAt ? sentAt : arrivedAt;

/** The outbox rows of one version, one a part, or of its file. */
export function toRows({ target, startedAt }: RowTarget, placed: Placed): Omit<OutboxRow, '_id'>[] {
  const { message, version, file, linkIds } = placed;
  const { portalId, chatId, _id: messageId } = message;
  const { v, sentAt, arrivedAt } = version;
  const saidAt = saidAtOf(placed);
  const lane = laneOf(sentAt, startedAt);
  if (file) {
    const at = file.outcomeAt ?? arrivedAt;
    const item = toFileItemId(messageId, v, file.outcome);
    const times = { orderAt: at, arrivedAt: at, saidAt };
    const named = linkIds ? { linkIds } : {};
    return [{ item, target, portalId, chatId, messageId, v, part: 1, lane, ...times, ...named }];
  }
  return Array.from({ length: countItems(version.event, version.text) }, (_, index) => {
    const part = index + 1;
    const item = toItemId(messageId, v, part);
    return { item, target, portalId, chatId, messageId, v, part, lane, orderAt: saidAt, arrivedAt };
  });
}
