import { log } from '@temporalio/activity';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';
import { sweepFiles } from '../files/sweep-files';
import type { RoundDeps } from '../rounds/round';
import { hasBacklog } from './drain-portal';
import { isDrainable } from './drainable';
import { endLinks } from './end-links';
import { startImports } from '../history/start-imports';
import { finishIngest } from './finish-ingest';
import { retain } from '../privacy/retain';
import { startForgettings } from '../privacy/start-forgettings';
import { followLabels } from '../sources/follow-labels';
import { judgeSources } from '../sources/judge-sources';
import { readUnreadableAgain, takeHeldIn } from './read-again';
import { repeatRefused } from './repeat-refused';
import { resolveLids } from '../sources/resolve-lids';
import { sendWebhooks } from '../sources/send-webhooks';
import { sweepParked } from './sweep-parked';
import { reviveNeglected, startUnstarted, wakeAll } from './wake-links';

export interface SweepInput {
  portalId: string;
  /** No sweep of this watch has ended yet: it is new, or was lost with all that Temporal knew. */
  isFirst?: boolean;
}

/** A sweep in counts. */
export interface Swept {
  messagesRouted: number;
  linksWoken: number;
  /** A backlog is there: the portal is to be drained. */
  hasBacklog: boolean;
  /** The portal is disconnected: `done` when its links have ended and the watch may, too; absent while it is connected. */
  ending?: 'done' | 'more';
  intervalMs: number;
}

/** What an item failed at long ago, and is in no list since, is forgotten. */
const forgottenAfterMs = 7 * 24 * 3_600_000;
/** A sweep wakes links for an interval, or for this long where that is short. */
const wakesForMs = 60_000;

/** A portal that the store does not know has nothing to end: its data lie elsewhere. Null: it is connected. */
async function findEnding(deps: ActivityDeps, portalId: string): Promise<'done' | 'more' | null> {
  const portal = await deps.store.portals.load(portalId);
  if (!portal) return 'done';
  if (portal.disconnectedAt === null) return null;
  return (await endLinks(deps, portalId)) ? 'done' : 'more';
}

/**
 * The sweep keeps a portal honest every few minutes: finishes merges, routes messages whose ingest died, starts links that wait for their
 * start, revives lost workflows, and looks after parked links. Safe to repeat; a workflow that runs is only nudged. Every item is worked
 * by itself, and every list goes round: see docs/decisions/0021.
 */
export async function sweepPortal(
  deps: RoundDeps,
  { portalId, isFirst = false }: SweepInput,
): Promise<Swept> {
  const { store, settings } = deps;
  const ending = await findEnding(deps, portalId);
  if (ending) return { messagesRouted: 0, linksWoken: 0, hasBacklog: false, ending, intervalMs: 0 };
  const startedAt = new Date();
  const untilMs = performance.now() + Math.max(settings.backupIntervalMs, wakesForMs);
  // First of all: links that wake by themselves meanwhile are left to the drain.
  const isBacklog = await hasBacklog(deps, portalId);
  await store.asides.forget(portalId, new Date(startedAt.getTime() - forgottenAfterMs));
  await followLabels(deps, portalId);
  await judgeSources(deps, portalId);
  await sendWebhooks(deps);
  const { messagesRouted, parkedLinkIds } = await finishIngest(deps, portalId);
  await startImports(deps, portalId);
  await startForgettings(deps, portalId);
  await retain(deps, portalId);
  parkedLinkIds.push(...(await resolveLids(deps, portalId)));
  parkedLinkIds.push(...(await sweepFiles(deps, portalId)));
  // A drain tells what waits without waking anybody.
  const wake = (links: readonly LinkDoc[]) =>
    wakeAll(deps, portalId, isBacklog ? links.filter((link) => !isDrainable(link)) : links);
  const readable = await readUnreadableAgain(deps, portalId);
  const held = await takeHeldIn(deps, portalId);
  const repeated = await repeatRefused(deps, portalId);
  const ready = await store.links.loadMany([...parkedLinkIds, ...readable, ...held, ...repeated]);
  let linksWoken = await wake(ready);
  linksWoken += await sweepParked(deps, portalId, startedAt, wake);
  linksWoken += await startUnstarted(deps, portalId, untilMs);
  linksWoken += await reviveNeglected(deps, portalId, { isFirst, untilMs });
  deps.onSweep?.(Date.now() - startedAt.getTime());
  if (linksWoken > 0) log.info('The sweep woke links', { portalId, links: linksWoken });
  return { messagesRouted, linksWoken, hasBacklog: isBacklog, intervalMs: settings.backupIntervalMs };
}
