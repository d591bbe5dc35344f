import type { Model } from 'mongoose';
import type { Target } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import type { OutboxRow } from './outbox';

/** A target's waiting rows, per lane. */
export type Waiting = Record<Lane, number>;

/** The waiting items of many targets, with one read of the outbox, which is small. */
export async function countWaiting(
  { outbox }: { outbox: { model: Model<OutboxRow> } },
  targets: readonly Target[],
): Promise<Map<Target, Waiting>> {
  const waiting = await outbox.model.aggregate<{ _id: { target: Target; lane: Lane }; rows: number }>([
    { $match: { target: { $in: targets } } },
    { $group: { _id: { target: '$target', lane: '$lane' }, rows: { $sum: 1 } } },
  ]);
  const counts = new Map(targets.map((target) => [target, { live: 0, history: 0 }]));
  for (const { _id, rows } of waiting) Object.assign(counts.get(_id.target) ?? {}, { [_id.lane]: rows });
  return counts;
}
