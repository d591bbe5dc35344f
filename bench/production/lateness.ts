import type { Store } from '../../store/store';

/** How long messages waited, from our taking them in to Bitrix24's answer. */
export interface Lateness {
  messages: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Of the messages that arrived within the time. */
export async function measureLateness(store: Store, [from, to]: readonly [Date, Date]): Promise<Lateness> {
  const entries = await store.entries.model.find({ state: 'delivered' }).lean();
  const deliveredAt = new Map(entries.map(({ _id, deliveredAt: at }) => [String(_id), at?.getTime() ?? 0]));
  const messages = await store.messages.model.find({ 'versions.arrivedAt': { $gte: from, $lte: to } }).lean();
  const waits = messages
    .flatMap(({ versions }) => versions)
    .map(({ arrivedAt, entryId }) => (deliveredAt.get(entryId ?? '') ?? Infinity) - arrivedAt.getTime())
    .sort((a, b) => a - b);
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
  return { messages: waits.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: waits.at(-1) ?? 0 };
}
