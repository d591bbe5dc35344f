import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { cloudLimits } from '../../sandbox/portal';
import { buildProduct } from '../scene/built-product';
import { taskQueue } from '../../workflows/messages';
import { openBenchStore, type BenchContact } from '../scene/contacts';
import { openParked } from '../scene/parked';
import { startDoor } from '../scene/door';
import { startBenchPortal } from '../scene/portal';
import { readStat } from '../scene/process-stat';
import { startServers, stopOwn, type BenchServers } from '../scene/servers';
import { fillCrowd } from './fill';
import {
  intervalMs,
  measureActive,
  measureColdStart,
  measureIdle,
  measureOutage,
  untilSwept,
  type Crowd,
  type CrowdOptions,
} from './stretches';
import { createTalk } from './talk';

const environmentOf = ({ parkAfterQuietRounds, cachedWorkflows }: CrowdOptions) => ({
  ...{ BACKUP_INTERVAL: '3m', PARK_AFTER_QUIET_ROUNDS: parkAfterQuietRounds },
  ...{ DEFAULT_COUNTRY: 'DE', TIME_ZONE: 'UTC' },
  // Fewer than those who talk, unless told: as with all workflows open, nearly every one is read anew when it is woken.
  MAX_CACHED_WORKFLOWS: cachedWorkflows,
});

/** Opens everything; what it adds to `stops` ends it. */
async function open(servers: BenchServers, options: CrowdOptions, stops: (() => Promise<void> | void)[]) {
  const portal = await startBenchPortal({ requestLimitMs: 60_000 });
  stops.push(() => portal.stop());
  const url = new URL(portal.webhookUrl);
  const door = await startDoor(Number(url.port));
  stops.push(() => door.close());
  url.port = String(door.port);
  const opened = await openBenchStore(servers.mongoUrl, url.href);
  stops.push(async () => {
    await opened.store.links.model.db.dropDatabase();
    await opened.store.close();
  });
  const { store, portalId } = opened;
  const perSecond = (options.contacts * options.activePercent) / 100 / (intervalMs / 1_000);
  const talking = Math.min(
    options.contacts,
    Math.ceil((perSecond * (options.activeMs + options.outageMs + 120_000)) / 1_000),
  );
  const talkers = await fillCrowd({ store, portalId, portal }, { contacts: options.contacts, talking });
  const fresh = { portalId, kind: 'ingest', e164: '+49301000000', name: 'Sales', hmacKey: null } as const;
  const { token } = await store.accounts.add(fresh);
  await portal.setLimits(cloudLimits);
  return { options, opened, portal, door, talkers, token, perSecond };
}

/** The workflows of those who will talk, parked as a bulk begins them; those of the others would only rest. */
async function openWorkflows(
  { opened }: Crowd,
  temporalAddress: string,
  talkers: readonly BenchContact[],
): Promise<void> {
  const startedMs = performance.now();
  const connection = await Connection.connect({ address: temporalAddress });
  const client = new Client({ connection });
  await openParked(client, { portalId: opened.portalId, taskQueue }, talkers);
  await connection.close();
  console.log(
    `${talkers.length} workflows begun, parked, in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`,
  );
}

/** Until a process has done next to nothing for a while. */
async function untilCalm(pid: number): Promise<void> {
  for (let calm = 0; calm < 3; await sleep(2_000)) {
    const before = readStat(pid)?.cpuMs ?? 0;
    await sleep(2_000);
    calm = (readStat(pid)?.cpuMs ?? 0) - before < 60 ? calm + 1 : 0;
  }
}

/** What many linked contacts cost and how fast their messages are on their pages, in a build's processes. */
export async function runCrowd(options: CrowdOptions): Promise<void> {
  const stops: (() => Promise<void> | void)[] = [];
  try {
    const store = await startServers({ temporal: false });
    stops.push(() => store.stop());
    // Temporal begins twice, the store does not.
    process.env['MONGODB_URI'] = store.mongoUrl;
    let servers = await startServers({ temporal: true });
    stops.push(() => servers.stop());
    const place = await open(servers, options, stops);
    const { talkers, token, perSecond, opened } = place;
    console.log(
      `${options.contacts} contacts linked and parked, ${talkers.length} of them will talk, ${perSecond.toFixed(1)} messages a second`,
    );
    const product = buildProduct({ mongoUri: opened.mongoUri, temporalAddress: servers.temporalAddress });
    stops.push(() => product.remove());
    const begin = async () => {
      const env = { ...environmentOf(options), TEMPORAL_ADDRESS: servers.temporalAddress };
      const [worker, api] = await Promise.all([product.start('worker', env), product.start('api', env)]);
      stops.push(
        () => stopOwn(worker),
        () => stopOwn(api),
      );
      return { worker, api };
    };
    const startedAt = new Date();
    const crowd: Crowd = { ...place, ...(await begin()), talk: null as never };
    crowd.talk = createTalk(() => ({ port: crowd.api.port, token }), talkers);
    if (!options.lost) await openWorkflows(crowd, servers.temporalAddress, talkers);
    await untilSwept(crowd, startedAt);
    await untilCalm(crowd.worker.child.pid ?? 0);
    const beginAnew = async () => {
      servers = await startServers({ temporal: true });
      return begin();
    };
    const stretches = {
      idle: () => measureIdle(crowd),
      active: () => measureActive(crowd),
      outage: () => measureOutage(crowd),
      cold: () => measureColdStart(crowd, () => servers.stop(), beginAnew),
    };
    for (const [name, measure] of Object.entries(stretches))
      if (options.stretches.includes(name)) await measure();
  } finally {
    for (const end of stops.reverse()) await end();
  }
}
