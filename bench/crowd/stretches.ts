import { setTimeout as sleep } from 'node:timers/promises';
import { cloudLimits } from '../../sandbox/portal';
import { operatingWindowMs } from '../delivery/run';
import type { openBenchStore } from '../scene/contacts';
import type { BenchDoor } from '../scene/door';
import type { BenchPortal } from '../scene/portal';
import { untilQuiet } from '../scene/scene';
import { rssMb, stopOwn, type OwnProcess } from '../scene/servers';
import { productMs, startMeter, toPartsLine } from './meter';
import { readFreshness, type Talk } from './talk';

export interface CrowdOptions {
  contacts: number;
  /** How many of a hundred say something in an interval. */
  activePercent: number;
  /** As in the environment. */
  parkAfterQuietRounds: string;
  /** Nobody's workflow is open, as after a restore: the first message of each begins one. */
  lost: boolean;
  /** As in the environment: so many workflows the worker keeps in memory. */
  cachedWorkflows: string;
  stretches: readonly string[];
  idleMs: number;
  activeMs: number;
  outageMs: number;
}

export const intervalMs = 180_000;
const catchUpLimitMs = 900_000;
const say = (line: string) => console.log(line);
const inSeconds = (ms: number) => (ms / 1_000).toFixed(1);

/** Everything that runs: what a server of a company has. */
export interface Crowd {
  options: CrowdOptions;
  opened: Awaited<ReturnType<typeof openBenchStore>>;
  portal: BenchPortal;
  door: BenchDoor;
  api: OwnProcess & { port: number };
  worker: OwnProcess & { port: number };
  talk: Talk;
  perSecond: number;
}

/** Until a sweep that began later has looked at every parked link. */
export async function untilSwept({ opened }: Pick<Crowd, 'opened'>, from: Date): Promise<void> {
  const { store, portalId } = opened;
  for (;;) {
    const check = (await store.portals.findParkedChecks([portalId])).get(portalId);
    if (check && check.checkedAt > from) return;
    await sleep(500);
  }
}

export async function measureIdle(crowd: Crowd): Promise<void> {
  const { contacts, idleMs } = crowd.options;
  const meter = startMeter();
  await sleep(idleMs);
  const used = meter();
  const perRound = productMs(used) / ((contacts * used.ms) / intervalMs);
  say(
    `idle: ${perRound.toFixed(3)} ms of processor a contact and interval (mark 0.1), all parts of the product`,
  );
  say(`  ${toPartsLine(used)}`);
  const rss = rssMb(crowd.worker.child.pid) ?? 0;
  say(`  worker ${rss} MB: ${((rss * 10_000) / contacts).toFixed(0)} MB a 10,000 contacts (mark 60)`);
}

export async function measureActive(crowd: Crowd): Promise<void> {
  const { opened, portal, talk, perSecond, options } = crowd;
  await portal.resetStats();
  const before = talk.counts.taken;
  const meter = startMeter();
  const from = new Date();
  await talk.sayFor(options.activeMs, perSecond);
  await untilQuiet(opened.store, catchUpLimitMs);
  const used = meter();
  const fresh = await readFreshness(opened.store, from);
  const { queryLimitExceeded, operationTimeLimit, requests } = await portal.stats();
  const taken = talk.counts.taken - before;
  say(
    `active: ${taken} messages in ${inSeconds(options.activeMs)} s, ${fresh.entries} entries: p50 ${fresh.p50.toFixed(1)} s, p99 ${fresh.p99.toFixed(1)} s (mark 15), max ${fresh.max.toFixed(1)} s (bound 185)`,
  );
  say(
    `  refusals of the portal ${queryLimitExceeded + operationTimeLimit}, of ours ${talk.counts.refused}; ${requests} requests`,
  );
  say(`  ${toPartsLine(used)}; ${(productMs(used) / taken).toFixed(1)} ms a message`);
  say(`  worker ${rssMb(crowd.worker.child.pid)} MB, API ${rssMb(crowd.api.child.pid)} MB`);
}

/** The portal is away while messages go on arriving; then everything is brought to its page. */
export async function measureOutage(crowd: Crowd): Promise<void> {
  const { opened, portal, door, talk, perSecond, options } = crowd;
  await door.set('refused');
  await talk.sayFor(options.outageMs, perSecond);
  const waiting = await opened.store.outbox.model.countDocuments({});
  await portal.resetStats();
  await door.set('open');
  const backMs = performance.now();
  const back = new Date();
  const talking = talk.sayFor(60_000, perSecond);
  const { store } = opened;
  while ((await store.outbox.model.findOne({ arrivedAt: { $lt: back } }, { _id: 1 }).lean()) !== null)
    await sleep(250);
  const tookMs = performance.now() - backMs;
  await talking;
  await untilQuiet(store, catchUpLimitMs);
  const { requests, commands, operatingSeconds } = await portal.stats();
  const { burst, drainPerSecond, operatingLimitSeconds } = cloudLimits;
  // What a method may not do within one window of its time waits for the next one.
  const windows = Math.floor(Math.max(0, ...Object.values(operatingSeconds)) / operatingLimitSeconds);
  const leastMs = Math.max(
    ((Math.ceil(waiting / 50) - burst) / drainPerSecond) * 1_000,
    windows * operatingWindowMs,
  );
  say(
    `outage of ${inSeconds(options.outageMs)} s: ${waiting} waited; all on their pages ${inSeconds(tookMs)} s after it; the portal's limits alone allow ${inSeconds(leastMs)} s; ${requests} requests, ${commands['crm.timeline.comment.add'] ?? 0} comments`,
  );
}

/** API, worker and Temporal begin anew, Temporal with nothing: as after a restore. */
export async function measureColdStart(
  crowd: Crowd,
  endTemporal: () => Promise<void>,
  begin: () => Promise<Pick<Crowd, 'api' | 'worker'>>,
): Promise<void> {
  const { opened, talk } = crowd;
  const { model } = opened.store.links;
  await Promise.all([stopOwn(crowd.api, 'SIGKILL'), stopOwn(crowd.worker, 'SIGKILL')]);
  await endTemporal();
  const inRounds = await model.countDocuments({ rhythm: 'rounds' });
  const startedMs = performance.now();
  const started = new Date();
  const meter = startMeter();
  Object.assign(crowd, await begin());
  const upMs = performance.now() - startedMs;
  const from = new Date();
  await talk.sayFor(1_000, 5);
  await untilQuiet(opened.store, catchUpLimitMs);
  const firstMs = performance.now() - startedMs;
  await untilSwept(crowd, started);
  const sweptMs = performance.now() - startedMs;
  while ((await model.countDocuments({ rhythm: 'rounds', lastCheckedAt: { $lt: started } })) > 0)
    await sleep(500);
  const fresh = await readFreshness(opened.store, from);
  say(
    `cold start: API and worker answer after ${inSeconds(upMs)} s, the first messages are on their pages after ${inSeconds(firstMs)} s (${fresh.max.toFixed(1)} s old), every parked link is swept after ${inSeconds(sweptMs)} s, and the ${inRounds} links in rounds had one after ${inSeconds(performance.now() - startedMs)} s`,
  );
  say(`  ${toPartsLine(meter())}`);
}
