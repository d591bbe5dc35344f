import type { Model } from 'mongoose';
import {
  isFileItem,
  toGroupTarget,
  toLinkTarget,
  type ItemId,
  type LinkId,
  type Target,
} from '../../domain/ids';
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

type Versions = Map<string, Set<string>>;

function addVersion(versions: Versions, chatId: string, item: ItemId): void {
  if (isFileItem(item)) return;
  const known = versions.get(chatId) ?? new Set();
  versions.set(chatId, known.add(item.split('/', 2).join('/')));
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

/** The versions of which these targets' pages have only a line that says so, by chat. */
export async function countRefusedVersions(
  { entries }: { entries: { model: Model<EntryDoc> } },
  targets: readonly Target[],
): Promise<Map<string, number>> {
  const versions: Versions = new Map();
  const filter = { target: { $in: targets }, state: 'delivered' as const, placeholder: true };
  for (const { chatId, items } of await listAll(entries.model, filter))
    for (const item of items) addVersion(versions, chatId, item);
  return sizesOf(versions);
}

/** The store's part that knows who is in which group. */
interface Memberships {
  members: {
    listOfPeople: (
      ids: readonly string[],
    ) => Promise<{ personId: string; chatId: string; leftAt: Date | null }[]>;
  };
}

/** What waits for the pages of these links: of their own chats, and of the groups that they are in. */
export async function countWaitingOfLinks(
  store: { outbox: { model: Model<OutboxRow> } } & Memberships,
  links: readonly { _id: LinkId; personId: string }[],
): Promise<Map<LinkId, Waiting>> {
  const members = await store.members.listOfPeople(links.map(({ personId }) => personId));
  const present = members.filter(({ leftAt }) => leftAt === null);
  const targetsOf = (personId: string) =>
    present.filter((member) => member.personId === personId).map(({ chatId }) => toGroupTarget(chatId));
  const wanted = links.map(({ _id, personId }) => ({
    _id,
    targets: [toLinkTarget(_id), ...targetsOf(personId)],
  }));
  const counts = await countWaiting(store, [...new Set(wanted.flatMap(({ targets }) => targets))]);
  const sum = (targets: readonly Target[], lane: Lane) =>
    targets.reduce((rows, target) => rows + (counts.get(target)?.[lane] ?? 0), 0);
  return new Map(
    wanted.map(({ _id, targets }) => [_id, { live: sum(targets, 'live'), history: sum(targets, 'history') }]),
  );
}
