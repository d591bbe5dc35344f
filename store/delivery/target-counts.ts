import type { Model } from 'mongoose';
import type { Target } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import type { EntryDoc } from './entry-schema';
import type { OutboxRow } from './outbox';

/** A target's waiting rows, per lane, and its items that are confirmed on the page. */
export interface TargetCounts extends Record<Lane, number> {
  backedUp: number;
}

/** The waiting and the confirmed items of many targets, with two reads. */
export async function countOfTargets(
  { outbox, entries }: { outbox: { model: Model<OutboxRow> }; entries: { model: Model<EntryDoc> } },
  targets: readonly Target[],
): Promise<Map<Target, TargetCounts>> {
  const counts = new Map<Target, TargetCounts>(
    targets.map((target) => [target, { live: 0, history: 0, backedUp: 0 }]),
  );
  const [waiting, confirmed] = await Promise.all([
    outbox.model.aggregate<{ _id: { target: Target; lane: Lane }; rows: number }>([
      { $match: { target: { $in: targets } } },
      { $group: { _id: { target: '$target', lane: '$lane' }, rows: { $sum: 1 } } },
    ]),
    entries.model.aggregate<{ _id: Target; items: number }>([
      { $match: { target: { $in: targets }, state: 'delivered' } },
      { $group: { _id: '$target', items: { $sum: { $size: '$items' } } } },
    ]),
  ]);
  const note = (target: Target, part: Partial<TargetCounts>) => Object.assign(counts.get(target) ?? {}, part);
  for (const { _id, rows } of waiting) note(_id.target, { [_id.lane]: rows });
  for (const { _id, items } of confirmed) note(_id, { backedUp: items });
  return counts;
}
