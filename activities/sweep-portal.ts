import { activityInfo, getClient, log } from '@temporalio/activity';
import { toLinkTarget, toLinkWorkflowId } from '../domain/ids';
import { routeForgotten } from '../store/routing';
import { contactLinkWorkflowName, messagesArrivedSignal } from '../workflows/messages';
import type { ActivityDeps } from './deps';

/** What a sweep did: counts only. */
export interface Swept {
  messagesRouted: number;
  linksWoken: number;
  parkedChecked: number;
  intervalMs: number;
}

/** An ingest that is still under way is left alone for this long. */
const routingGraceMs = 20_000;
const page = 500;

/** Starts the link's workflow where it is lost, wakes it where it runs. */
async function wake(linkId: string): Promise<void> {
  await getClient().workflow.signalWithStart(contactLinkWorkflowName, {
    workflowId: toLinkWorkflowId(linkId),
    taskQueue: activityInfo().taskQueue,
    args: [{ linkId }],
    signal: messagesArrivedSignal,
    staticSummary: 'Backs up one linked contact',
  });
}

/** Stamps parked links as checked at once; returns those that have something waiting after all. */
async function sweepParked({ store }: ActivityDeps, portalId: string, startedAt: Date) {
  const waiting: string[] = [];
  let checked = 0;
  for (let after: string | null = null; ;) {
    const links = await store.links.listParked(portalId, after, page);
    for (const link of links) {
      if (await store.outbox.hasAny(toLinkTarget(link._id))) waiting.push(link._id);
      else await store.links.stampParked(link._id, link.arrivals, startedAt);
    }
    checked += links.length;
    after = links.at(-1)?._id ?? null;
    if (links.length < page || after === null) return { waiting, checked };
  }
}

/**
 * What keeps a portal honest every few minutes: routes messages whose ingest died, starts links that wait for their
 * start, revives lost workflows, and looks after parked links. Safe to repeat; a workflow that runs is only nudged.
 */
export async function sweepPortal(deps: ActivityDeps, portalId: string): Promise<Swept> {
  const { store, settings } = deps;
  const startedAt = new Date();
  const before = (ms: number) => new Date(startedAt.getTime() - ms);
  const routed = await routeForgotten(store, portalId, before(routingGraceMs));
  const parked = await sweepParked(deps, portalId, startedAt);
  const [starting, neglected] = await Promise.all([
    store.links.listUnstarted(portalId, before(routingGraceMs), page),
    store.links.listNeglected(portalId, before(3 * settings.backupIntervalMs), page),
  ]);
  const lost = [...starting, ...neglected].map(({ _id }) => _id);
  const toWake = [...new Set([...routed.parkedLinkIds, ...parked.waiting, ...lost])];
  for (const linkId of toWake) await wake(linkId);
  if (toWake.length > 0) log.info('The sweep woke links', { portalId, links: toWake.length });
  return {
    messagesRouted: routed.versions,
    linksWoken: toWake.length,
    parkedChecked: parked.checked,
    intervalMs: settings.backupIntervalMs,
  };
}
