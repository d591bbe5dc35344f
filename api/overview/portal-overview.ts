import type { BudgetState } from '../../bitrix24/pacing/budget-state';
import { toUsage } from '../../bitrix24/pacing/usage';
import type { AccountDoc } from '../../store/accounts';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { toLiveness } from '../cards/liveness-card';
import { toPortal } from '../cards/portal-card';
import type { ApiContext } from '../context';
import { toFreshness } from './freshness';
import type { PortalOverview } from './overview-card';

const hoursShown = 24;

/** More than these no page needs to tell apart. */
const unreadableAtMost = 1_000;

type Source = PortalOverview['sources'][number];

async function loadSource({ store }: ApiContext, account: AccountDoc): Promise<Source> {
  const { _id: id, kind, name, e164: phone, lastEventAt } = account;
  const unreadable = await store.unreadable.countOf(id, unreadableAtMost);
  return { id, kind, name, phone, lastEventAt, liveness: toLiveness(account), unreadable };
}

async function loadSources(context: ApiContext, portalId: string): Promise<Source[]> {
  const accounts = await context.store.accounts.list();
  const own = accounts.filter((account) => account.portalId === portalId);
  return Promise.all(own.map((account) => loadSource(context, account)));
}

/** Null: its address cannot be read any more, as with another encryption key. */
async function findOrigin({ store }: ApiContext, portalId: string): Promise<string | null> {
  const access = await store.portals.findAccess(portalId).catch(() => null);
  return access && (access.movedTo ?? new URL(access.webhookUrl).origin);
}

async function loadBudget({ store }: ApiContext, portalId: string): Promise<PortalOverview['budget']> {
  const known = await store.budgets.load<BudgetState>(portalId);
  return known && toUsage(known.state, Date.now());
}

async function loadBackedUp({ store }: ApiContext, portalId: string): Promise<PortalOverview['backedUp']> {
  const hours = await store.deliveryHours.listLast(store, portalId, hoursShown, new Date());
  return {
    messages: hours.reduce((sum, { messages }) => sum + messages, 0),
    ...toFreshness(hours),
    hours: hours.map((one) => ({ at: one.hour, messages: one.messages, ...toFreshness([one]) })),
  };
}

async function loadCounts({ store }: ApiContext, portalId: string) {
  const { links, outbox } = store;
  const [states, needAttention, reviews, waitingMessages, waitingInGroups, since, lastRoundAt] =
    await Promise.all([
      links.countByState(portalId),
      links.countByAttention(portalId),
      store.reviews.countOpen(portalId),
      outbox.countOfPortal(portalId),
      outbox.countOfGroups(portalId),
      outbox.findOldestArrival(portalId),
      links.findLastRoundAt(portalId),
    ]);
  const openReviews = reviews.ambiguous + reviews.unmatched + reviews.conflict;
  const waiting = { waitingMessages, waitingInGroups, oldestWaitingSince: since };
  return { links: states, needAttention, openReviews, reviews, ...waiting, lastRoundAt };
}

/** A portal at a glance, from counts over indexes and what is kept by the hour; no list of all entries is read. */
export async function loadPortalOverview(context: ApiContext, portal: PortalDoc): Promise<PortalOverview> {
  const [counts, budget, backedUp, sources, origin, { attention, outage }] = await Promise.all([
    loadCounts(context, portal._id),
    loadBudget(context, portal._id),
    loadBackedUp(context, portal._id),
    loadSources(context, portal._id),
    findOrigin(context, portal._id),
    toPortal(context, portal),
  ]);
  return {
    portalId: portal._id,
    host: portal.host,
    origin,
    attention,
    outage,
    ...counts,
    sources,
    budget,
    backedUp,
  };
}
