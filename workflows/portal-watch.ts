import {
  allHandlersFinished,
  condition,
  makeContinueAsNewFunc,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { pauseOfDrain } from '../domain/rhythm/pause-after';
import { attentionOf } from './link-state';
import { showInLists, takeListing, takeListingOf, toNextRun, unlisted, type Lists } from './lists';
import { sweepNowSignal, watchStatusQuery, type WatchStatus } from './messages';
import { step } from './steps';

const { sweepPortal } = step('Sweep: finish merges, route what was forgotten, start and revive links');
const { followCrm } = step('Follow the CRM: changed contacts, and linked ones not seen for long');
const { resolveDoubts } = step('Look up whose contact is gone or lost the number');
const { linkNewcomers } = step('Look newcomers up, and link them');
const { drainPortal } = step('Drain: back up what has piled up, for all links');

export interface PortalWatchInput {
  portalId: string;
  carried?: WatchStatus;
  lists?: Lists;
}

const sweepsPerRun = 50;
const fallbackIntervalMs = 60_000;
const minPauseMs = 1_000;
/** A step that has more to do goes on at once, but leaves the sweep its turn. */
const portionsPerSweep = 20;
/** More than a portal takes in an interval; only portions that ended at once, with nothing to deliver, come to it. */
const drainsPerSweep = 100;
/** Runs that began before a drain was bounded go on without bounds. */
const boundedDrains = 'bounded-drains';

const toDetails = (status: WatchStatus): string =>
  [
    `- last sweep ${status.lastSweepAt ?? 'never'}, next ${status.nextSweepAt ?? 'now'}`,
    `- links woken so far: ${status.linksWoken}, forgotten messages routed: ${status.messagesRouted}`,
    `- linked by number: ${status.newcomersLinked}, contacts created: ${status.contactsCreated}`,
    `- changed contacts followed: ${status.contactsFollowed}, links moved to another contact: ${status.linksMoved}`,
    `- entries delivered by draining a backlog: ${status.entriesDrained}`,
    ...(status.attention ? [`- attention: **${status.attention.code}** ${status.attention.advice}`] : []),
  ].join('\n');

const toListed = ({ attention, lastSweepAt }: WatchStatus) => ({
  ...{ state: 'watch', attention: attention?.code ?? null, lastSyncAt: lastSweepAt, changedAt: null },
});

const newStatus = (portalId: string): WatchStatus => ({
  portalId,
  lastSweepAt: null,
  nextSweepAt: null,
  attention: null,
  linksWoken: 0,
  messagesRouted: 0,
  newcomersLinked: 0,
  contactsCreated: 0,
  contactsFollowed: 0,
  linksMoved: 0,
  entriesDrained: 0,
});

/** One portal's watch: a sweep every few minutes, until the portal is disconnected and its links have ended. An outage shows in its status and is waited out. */
export async function portalWatchWorkflow(input: PortalWatchInput): Promise<void> {
  const { portalId, carried, lists = { ...unlisted } } = input;
  const status: WatchStatus = { ...newStatus(portalId), ...carried };
  let wanted = false;
  setHandler(watchStatusQuery, () => status);
  setHandler(sweepNowSignal, () => {
    wanted = true;
  });
  for (let sweeps = 0; sweeps < sweepsPerRun; sweeps += 1) {
    wanted = false;
    const pauseMs = await sweep(status, lists);
    if (pauseMs === null) return condition(allHandlersFinished);
    status.nextSweepAt = new Date(Date.now() + pauseMs).toISOString();
    setCurrentDetails(toDetails(status));
    showInLists(lists, toListed(status));
    await condition(() => wanted, pauseMs, { summary: 'Until the next sweep' });
  }
  await condition(allHandlersFinished);
  const next = makeContinueAsNewFunc<typeof portalWatchWorkflow>(toNextRun(lists, toListed(status)));
  await next({ portalId, carried: status, lists });
}

/** Returns how long to wait until the next sweep, in milliseconds; null: it was the last one. The CRM's outage does not stop our own sweep. */
async function sweep(status: WatchStatus, lists: Lists): Promise<number | null> {
  const startedAtMs = Date.now();
  let pauseMs = fallbackIntervalMs;
  try {
    const isFirst = status.lastSweepAt === null;
    const swept = await sweepPortal({ portalId: status.portalId, ...(isFirst && { isFirst }) });
    takeListing(lists, swept);
    status.lastSweepAt = new Date().toISOString();
    if (swept.ending) return swept.ending === 'done' ? null : minPauseMs;
    status.linksWoken += swept.linksWoken;
    status.messagesRouted += swept.messagesRouted;
    pauseMs = swept.intervalMs;
    const steps = [
      followAndLink(status),
      ...(swept.hasBacklog ? [drain(status, startedAtMs + pauseMs)] : []),
    ];
    for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
    status.attention = null;
  } catch (error) {
    status.attention = attentionOf(error, status.attention, new Date());
    takeListingOf(lists, error);
  }
  return Math.max(minPauseMs, startedAtMs + pauseMs - Date.now());
}

/** Portion after portion until the backlog is gone or the next sweep is due, which sees what is left of it. */
async function drain(status: WatchStatus, untilMs: number): Promise<void> {
  for (let portions = 1, idle = 0; Date.now() < untilMs; portions += 1) {
    if (portions > drainsPerSweep && patched(boundedDrains)) return;
    const { delivered, goOnAfterMs } = await drainPortal({ portalId: status.portalId });
    status.entriesDrained += delivered;
    if (goOnAfterMs === null) return;
    idle = delivered > 0 ? 0 : idle + 1;
    const pauseMs =
      idle > 0 && patched(boundedDrains) ? Math.max(goOnAfterMs, pauseOfDrain(idle)) : goOnAfterMs;
    if (pauseMs > 0) await sleep(Math.min(pauseMs, Math.max(1, untilMs - Date.now())));
  }
}

/** The CRM's changes come first: people who wait for one are looked up with this very sweep. */
async function followAndLink(status: WatchStatus): Promise<void> {
  const { portalId } = status;
  await inPortions(async () => {
    const followed = await followCrm({ portalId });
    status.contactsFollowed += followed.changed;
    return followed.more;
  });
  status.linksMoved += (await resolveDoubts({ portalId })).moved;
  await inPortions(async () => {
    const taken = await linkNewcomers({ portalId });
    status.newcomersLinked += taken.linked;
    status.contactsCreated += taken.created;
    return taken.more;
  });
}

async function inPortions(portion: () => Promise<boolean>): Promise<void> {
  for (let portions = 0; portions < portionsPerSweep; portions += 1) if (!(await portion())) return;
}
