import type { QueryFilter } from 'mongoose';
import { listAll, listFromNewest, type Page } from '../queries';
import type { LinkDoc, LinkModel } from './link-schema';

/**
 * `newest`: as they were made. `attention`: those that need a person first. `lastSync`: linked ones, the longest behind first. A page's
 * `after` is the key of the last link of the one before; a link that changes its place between two pages may be met again or not at all.
 */
export type LinkOrder = 'newest' | 'attention' | 'lastSync';

type Filter = { [Key in keyof QueryFilter<LinkDoc>]: QueryFilter<LinkDoc>[Key] | undefined };

const needsPerson = { 'attention.code': { $exists: true } };

export function keyOfLink({ _id, attention, lastSyncAt }: LinkDoc, order: LinkOrder): string {
  if (order === 'newest') return _id;
  if (order === 'attention') return `${attention ? 'a' : 'n'}.${_id}`;
  return `${lastSyncAt?.getTime() ?? ''}.${_id}`;
}

const readKey = (after: string): [mark: string, id: string] => {
  const [mark = '', id = ''] = after.split('.');
  return [mark, id];
};

async function listAttentionFirst(
  model: LinkModel,
  filter: Filter,
  { after, limit }: Page,
): Promise<LinkDoc[]> {
  const [mark, id] = after === null ? ['a', null] : readKey(after);
  // A filter of its own leaves one kind, whose order is that of the list.
  if ('attention' in filter || 'attention.code' in filter)
    return listFromNewest(model, filter, { after: id, limit });
  const first =
    mark === 'a' ? await listFromNewest(model, { ...filter, ...needsPerson }, { after: id, limit }) : [];
  const rest = limit - first.length;
  if (rest === 0) return first;
  const others = { ...filter, attention: null };
  return [
    ...first,
    ...(await listFromNewest(model, others, { after: mark === 'a' ? null : id, limit: rest })),
  ];
}

/** Links that were never in step come first: null is before every time. Those of one time go by their ids, and are read apart. */
async function listByLastSync(model: LinkModel, filter: Filter, { after, limit }: Page): Promise<LinkDoc[]> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  const wanted = { ...(Object.fromEntries(given) as QueryFilter<LinkDoc>), state: 'linked' as const };
  const sort = { lastSyncAt: 1, _id: 1 } as const;
  if (after === null) return listAll(model, wanted, { sort, limit });
  const [mark, id] = readKey(after);
  const at = mark === '' ? null : new Date(Number(mark));
  const same = { $and: [wanted, { lastSyncAt: at, _id: { $gt: id } }] };
  const first = await listAll(model, same, { sort: { _id: 1 }, limit });
  const rest = limit - first.length;
  if (rest === 0) return first;
  const later = { $and: [wanted, { lastSyncAt: { $gt: at ?? new Date(0) } }] };
  return [...first, ...(await listAll(model, later, { sort, limit: rest }))];
}

export function listInOrder(
  model: LinkModel,
  filter: Filter,
  order: LinkOrder,
  page: Page,
): Promise<LinkDoc[]> {
  if (order === 'attention') return listAttentionFirst(model, filter, page);
  if (order === 'lastSync') return listByLastSync(model, filter, page);
  return listFromNewest(model, filter, page);
}
