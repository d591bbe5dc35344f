import type { BudgetState } from '../../bitrix24/pacing/budget-state';
import { toUsage } from '../../bitrix24/pacing/usage';
import type { AccountDoc } from '../../store/accounts';
import type { Store } from '../../store/store';
import { receiverStateOf } from '../../store/webhooks/receivers';
import type { Standing } from '../../telemetry';

type Table = Record<string, number>;

const addTo = (table: Table, counts: Table): void => {
  for (const [kind, count] of Object.entries(counts)) table[kind] = (table[kind] ?? 0) + count;
};

const raise = (table: Table, kind: string, value: number): void => {
  table[kind] = Math.max(table[kind] ?? 0, value);
};

async function loadBudget(
  { budgets }: Store,
  portalId: string,
  nowMs: number,
): Promise<Standing['budgetUsed']> {
  const known = await budgets.load<BudgetState>(portalId);
  if (!known) return { requests: 0, methodTime: 0 };
  const { requests, methodTime } = toUsage(known.state, nowMs);
  return { requests, methodTime: methodTime?.share ?? 0 };
}

async function addPortal(store: Store, portalId: string, standing: Standing, nowMs: number): Promise<void> {
  const [links, attention, reviews, waiting, oldest, budget] = await Promise.all([
    store.links.countByState(portalId),
    store.links.countByAttention(portalId),
    store.reviews.countOpen(portalId),
    store.outbox.countOfPortal(portalId),
    store.outbox.findOldestArrival(portalId),
    loadBudget(store, portalId, nowMs),
  ]);
  addTo(standing.links, links);
  addTo(standing.needAttention, Object.fromEntries(attention.map(({ code, links: count }) => [code, count])));
  addTo(standing.reviews, reviews);
  standing.waitingMessages += waiting;
  const waitedMs = oldest ? Math.max(0, nowMs - oldest.getTime()) : 0;
  standing.oldestWaitingSeconds = Math.max(standing.oldestWaitingSeconds, waitedMs / 1_000);
  const { requests, methodTime } = standing.budgetUsed;
  standing.budgetUsed = {
    requests: Math.max(requests, budget.requests),
    methodTime: Math.max(methodTime, budget.methodTime),
  };
}

function addSource(standing: Standing, account: AccountDoc, nowMs: number): void {
  addTo(standing.sources, { [account.liveness?.state ?? 'unknown']: 1 });
  if (!account.lastEventAt) return;
  raise(standing.sourceAgeSeconds, account.kind, Math.max(0, nowMs - account.lastEventAt.getTime()) / 1_000);
}

/** How everything stands now, from counts over indexes. */
export async function loadStanding(store: Store, nowMs: number): Promise<Standing> {
  const standing: Standing = {
    links: {},
    needAttention: {},
    reviews: {},
    waitingMessages: 0,
    oldestWaitingSeconds: 0,
    budgetUsed: { requests: 0, methodTime: 0 },
    sources: {},
    sourceAgeSeconds: {},
    webhooks: { working: 0, failing: 0, 'set-aside': 0 },
  };
  const [portals, accounts, receivers] = await Promise.all([
    store.portals.list(),
    store.accounts.list(),
    store.receivers.list(),
  ]);
  for (const { _id } of portals) await addPortal(store, _id, standing, nowMs);
  for (const account of accounts) addSource(standing, account, nowMs);
  for (const receiver of receivers) addTo(standing.webhooks, { [receiverStateOf(receiver)]: 1 });
  return standing;
}
