import type { Model } from 'mongoose';
import { isFileItem, toRepeated, toVersionId, type ItemId, type LinkId, type Target } from '../../domain/ids';
import type { Lane } from '../../domain/link';
import { listAll } from '../queries';
import type { EntryDoc } from './entry-schema';
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

/** A group's rows for a link's page: all but those of what was said in these times. */
export interface RowsOfPage {
  target: Target;
  linkId: LinkId;
  absences: readonly { from: Date; to: Date }[];
}

function toFilter({ target, linkId, absences }: RowsOfPage) {
  const $nor = absences.flatMap(({ from: $gt, to: $lt }) => [
    { saidAt: { $gt, $lt } },
    { saidAt: null, orderAt: { $gt, $lt } },
  ]);
  return { target, ...($nor.length > 0 && { $nor }), $or: [{ linkIds: null }, { linkIds: linkId }] };
}

/** How many rows of a group wait for a link's page. */
export async function countWaitingFor(
  { outbox }: { outbox: { model: Model<OutboxRow> } },
  page: RowsOfPage,
): Promise<Waiting> {
  const waiting = await outbox.model.aggregate<{ _id: Lane; rows: number }>([
    { $match: toFilter(page) },
    { $group: { _id: '$lane', rows: { $sum: 1 } } },
  ]);
  const rowsOf = (lane: Lane) => waiting.find(({ _id }) => _id === lane)?.rows ?? 0;
  return { live: rowsOf('live'), history: rowsOf('history') };
}

/** The items of a group that wait for a link's page. */
export const listItemsFor = async (
  { outbox }: { outbox: { model: Model<OutboxRow> } },
  page: RowsOfPage,
): Promise<ItemId[]> => (await listAll(outbox.model, toFilter(page))).map(({ item }) => item);

type Versions = Map<string, Set<string>>;

function addVersion(versions: Versions, chatId: string, item: ItemId): void {
  if (isFileItem(item)) return;
  const known = versions.get(chatId) ?? new Set();
  versions.set(chatId, known.add(toVersionId(item)));
}

const sizesOf = (versions: Versions): Map<string, number> =>
  new Map([...versions].map(([chatId, known]) => [chatId, known.size]));

/** The versions that wait for these targets, by chat; a long text has several rows, and a file one of its own. */
export async function countWaitingVersions(
  { outbox }: { outbox: { model: Model<OutboxRow> } },
  targets: readonly Target[],
): Promise<Map<string, number>> {
  const versions: Versions = new Map();
  for (const { chatId, item } of await listAll(outbox.model, { target: { $in: targets } }))
    addVersion(versions, chatId, item);
  return sizesOf(versions);
}

/** The versions of which these targets' pages have only a line that says so, by chat; what was said again afterwards is there. */
export async function countRefusedVersions(
  { entries }: { entries: { model: Model<EntryDoc> } },
  targets: readonly Target[],
): Promise<Map<string, number>> {
  const versions: Versions = new Map();
  const { model } = entries;
  const filter = { target: { $in: targets }, state: 'delivered' as const, placeholder: true };
  const refused = await listAll(model, filter);
  // An entry is said again as a whole: its first item speaks for all.
  const again = refused.flatMap(({ items: [first] }) => (first === undefined ? [] : toRepeated(first)));
  const said = await listAll(model, { items: { $in: again }, state: 'delivered', placeholder: false });
  const known = new Set(said.map(({ repeats }) => repeats));
  for (const { _id, chatId, items } of refused)
    if (!known.has(_id)) for (const item of items) addVersion(versions, chatId, item);
  return sizesOf(versions);
}
