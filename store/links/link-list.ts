import type { QueryFilter } from 'mongoose';
import { linkIdOf, type Target } from '../../domain/ids';
import type { LinkState, Rhythm } from '../../domain/link';
import { oldestStampMs, type ParkedCheck } from '../../domain/rhythm/parked-check';
import type { Page } from '../queries';
import { listInOrder, type LinkOrder } from './link-order';
import type { LinkDoc, LinkModel } from './link-schema';

/**
 * The links to list. `attention` is `any`, `none` or a code; `text` looks in names, numbers and contact ids. A link is of a person of every
 * list in `people`.
 */
export interface LinkFilter {
  portalId?: string | undefined;
  state?: LinkState | undefined;
  rhythm?: Rhythm | undefined;
  attention?: string | undefined;
  text?: string | undefined;
  crmContactId?: number | undefined;
  updatedSince?: Date | undefined;
  /** Only linked ones that are in step up to no later time, or never were. */
  lastSyncBefore?: Date | undefined;
  people?: readonly (readonly string[])[] | undefined;
  /** Only those with messages of their own chats that are not on their page yet. */
  isWaiting?: boolean | undefined;
}

/** The links, the people by whose names and numbers they are searched, the portals that have them, and what waits for them. */
interface Searched {
  links: { model: LinkModel };
  portals: { listKnown: () => Promise<{ _id: string; parkedCheck?: ParkedCheck }[]> };
  people: { searchIds: (text: string, portalId: string | undefined) => Promise<string[]> };
  outbox: { listTargets: (portalIds: readonly string[]) => Promise<Target[]> };
}

async function toTextFilter(people: Searched['people'], text: string, portalId: string | undefined) {
  const personId = { $in: await people.searchIds(text, portalId) };
  const isContactId = /^[1-9]\d{0,14}$/.test(text);
  return isContactId ? { $or: [{ personId }, { crmContactId: Number(text) }] } : { personId };
}

function toAttentionFilter(attention: string | undefined): QueryFilter<LinkDoc> {
  if (attention === undefined) return {};
  if (attention === 'any') return { 'attention.code': { $exists: true } };
  return attention === 'none' ? { attention: null } : { 'attention.code': attention };
}

/** An order is read from an index where all before it is one value. */
const toAny = (ids: string[]): string | { $in: string[] } => {
  const [only, ...others] = ids;
  return only !== undefined && others.length === 0 ? only : { $in: ids };
};

/** The indexes by person, by contact and by time begin with the portal. */
const listPortals = async ({ portals }: Searched): Promise<string[]> =>
  (await portals.listKnown()).map(({ _id }) => _id);

async function listWaiting(searched: Searched, portalId: string | undefined): Promise<string[]> {
  const targets = await searched.outbox.listTargets(portalId ? [portalId] : await listPortals(searched));
  return targets.flatMap((target) => linkIdOf(target) ?? []);
}

/** Parked links that every sweep looks at are in step though their stamp is older: it is as old as a portal with very many lets it be. */
async function toBehind({ portals }: Searched, portalId: string | undefined, before: Date) {
  const known = (await portals.listKnown()).filter(({ _id }) => !portalId || _id === portalId);
  const slackMs = Math.max(
    0,
    ...known.map(({ parkedCheck }) =>
      parkedCheck && parkedCheck.checkedAt >= before ? oldestStampMs(parkedCheck) : 0,
    ),
  );
  if (slackMs === 0) return [{ lastSyncAt: null }, { lastSyncAt: { $lt: before } }];
  const isAwake = { rhythm: { $ne: 'parked' as const } };
  return [
    { lastSyncAt: null },
    { lastSyncAt: { $lt: before }, ...isAwake },
    { lastSyncAt: { $lt: new Date(before.getTime() - slackMs) }, rhythm: 'parked' as const },
  ];
}

async function toFilter(searched: Searched, wanted: LinkFilter, order: LinkOrder) {
  const { portalId, state, rhythm, crmContactId, updatedSince, lastSyncBefore, attention, text } = wanted;
  const { people = [], isWaiting = false } = wanted;
  const narrowed: QueryFilter<LinkDoc>[] = people.map((ids) => ({ personId: { $in: [...ids] } }));
  if (text) narrowed.push(await toTextFilter(searched.people, text, portalId));
  if (isWaiting) narrowed.push({ _id: { $in: await listWaiting(searched, portalId) } });
  const { length: exact } = narrowed;
  if (lastSyncBefore) {
    narrowed.push({ state: 'linked', $or: await toBehind(searched, portalId, lastSyncBefore) });
  }
  const isByPortal = exact > 0 || crmContactId !== undefined || order === 'lastSync';
  return {
    ...{ portalId: portalId || (isByPortal ? toAny(await listPortals(searched)) : undefined) },
    ...{ state, rhythm, crmContactId, ...toAttentionFilter(attention) },
    updatedAt: updatedSince && { $gte: updatedSince },
    ...(narrowed.length > 0 ? { $and: narrowed } : {}),
  };
}

/** A page of links in an order. */
export async function listLinks(
  searched: Searched,
  wanted: LinkFilter,
  page: Page,
  order: LinkOrder = 'newest',
): Promise<LinkDoc[]> {
  return listInOrder(searched.links.model, await toFilter(searched, wanted, order), order, page);
}

/** How many links the filter finds, counted up to a limit. */
export async function countLinks(searched: Searched, wanted: LinkFilter, limit: number): Promise<number> {
  const given = Object.entries(await toFilter(searched, wanted, 'newest')).filter(
    ([, value]) => value !== undefined,
  );
  const filter = Object.fromEntries(given) as QueryFilter<LinkDoc>;
  return searched.links.model.countDocuments(filter, { limit }).exec();
}
