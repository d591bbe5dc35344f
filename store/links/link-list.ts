import type { Target } from '../../domain/ids';
import type { Lane, LinkState, Rhythm } from '../../domain/link';
import type { LinkDoc } from './link-schema';
import type { Store } from '../store';

/** Which links to list. `attention` is `any`, `none` or a code; `text` looks in names, numbers and contact ids. */
export interface LinkFilter {
  portalId?: string | undefined;
  state?: LinkState | undefined;
  rhythm?: Rhythm | undefined;
  attention?: string | undefined;
  text?: string | undefined;
}

/** How much of a target waits, per lane, and how many of its items are confirmed on the page. */
export interface TargetCounts extends Record<Lane, number> {
  backedUp: number;
}

/** A search finds at most so many people; more is a search to be narrowed. */
const maxPeople = 1_000;

export const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

async function findPeopleIds(
  { people }: Store,
  text: string,
  portalId: string | undefined,
): Promise<string[]> {
  const digits = text.replaceAll(/\D/g, '').replace(/^0+/, '');
  const isNumber = digits.length >= 3 && /^[\d\s()+./-]+$/.test(text);
  const byName = { name: { $regex: escapeRegExp(text), $options: 'i' } };
  const byPhone = { 'aliases.key': { $regex: `^phone:.*${digits}` } };
  const found = await people.model
    .find({ ...(portalId ? { portalId } : {}), ...(isNumber ? byPhone : byName) }, { _id: 1 })
    .limit(maxPeople)
    .lean<{ _id: string }[]>()
    .exec();
  return found.map(({ _id }) => _id);
}

async function toTextFilter(store: Store, text: string, portalId: string | undefined) {
  const personId = { $in: await findPeopleIds(store, text, portalId) };
  const isContactId = /^[1-9]\d{0,14}$/.test(text);
  return isContactId ? { $or: [{ personId }, { crmContactId: Number(text) }] } : { personId };
}

function toAttentionFilter(attention: string | undefined): Record<string, unknown> {
  if (attention === undefined) return {};
  if (attention === 'any') return { attention: { $ne: null } };
  return attention === 'none' ? { attention: null } : { 'attention.code': attention };
}

/** Links, newest first; `after` is the id of the last one of the page before. */
export async function listLinks(
  store: Store,
  { portalId, state, rhythm, attention, text }: LinkFilter,
  { after, limit }: { after: string | null; limit: number },
): Promise<LinkDoc[]> {
  return store.links.model
    .find({
      ...(portalId ? { portalId } : {}),
      ...(state ? { state } : {}),
      ...(rhythm ? { rhythm } : {}),
      ...toAttentionFilter(attention),
      ...(text ? await toTextFilter(store, text, portalId) : {}),
      ...(after === null ? {} : { _id: { $lt: after } }),
    })
    .sort({ _id: -1 })
    .limit(limit)
    .lean<LinkDoc[]>()
    .exec();
}

/** What waits and what is confirmed, for many targets with two reads. Targets without either are missing. */
export async function countOfTargets(
  { outbox, entries }: Store,
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
  for (const { _id, rows } of waiting) {
    const count = counts.get(_id.target);
    if (count) count[_id.lane] = rows;
  }
  for (const { _id, items } of confirmed) {
    const count = counts.get(_id);
    if (count) count.backedUp = items;
  }
  return counts;
}
