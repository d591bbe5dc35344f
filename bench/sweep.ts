import { parseArgs } from 'node:util';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sweepPortal } from '../activities/watch/sweep-portal';
import type { RoundDeps } from '../activities/rounds/round';
import { openStore, type Store } from '../store/store';
import { encryptionKey } from './scene/contacts';
import { startServers } from './scene/servers';
import { fillParked, letWait } from './sweep/fill';
import { measure, type Cost } from './sweep/measure';

const options = {
  links: { type: 'string', default: '100000' },
  /** One in so many waits. */
  every: { type: 'string', default: '50' },
  sweeps: { type: 'string', default: '3' },
  servers: { type: 'string', default: 'mongod,postgres,ferretdb,java' },
} as const;

const intervalMs = 180_000;
const maxBlockMs = 50;
const maxCpuMsPerLink = 0.1;
const maxMbPer10k = 60;

function toDeps(store: Store): RoundDeps {
  const settings = {
    backupIntervalMs: intervalMs,
    parkAfterQuietRounds: 20,
    portalRequestLimitMs: 60_000,
    writeWindowMs: 10_000,
    clockMarginMs: 5_000,
  };
  const portalOf = () => Promise.reject(new Error('a sweep asks no portal'));
  return { store, settings, portalOf } as unknown as RoundDeps;
}

/** One sweep as a worker runs it; what it would wake is counted, not woken. */
async function sweep(deps: RoundDeps, portalId: string, servers: readonly string[]) {
  let woken = 0;
  const client = {
    workflow: { signalWithStart: () => Promise.resolve((woken += 1)) },
    withAbortSignal: (_signal: AbortSignal, call: () => Promise<unknown>) => call(),
  };
  const logger = new DefaultLogger('ERROR', () => undefined);
  const environment = new MockActivityEnvironment({}, { logger, client: client as never });
  const work = () => environment.run(() => sweepPortal(deps, { portalId }));
  const { cost, result } = await measure(servers, work as () => Promise<object>);
  return { cost, woken, bytes: JSON.stringify(result).length };
}

const row = (name: string, { ms, ownCpuMs, serverCpuMs, longestBlockMs, grownMb }: Cost, links: number) =>
  `| ${name} | ${(ms / 1_000).toFixed(1)} | ${ownCpuMs.toFixed(0)} | ${serverCpuMs.toFixed(0)} | ${((ownCpuMs + serverCpuMs) / links).toFixed(3)} | ${longestBlockMs.toFixed(0)} | ${grownMb.toFixed(0)} |`;

/**
 * `npm run bench:sweep -- [--links 100000] [--every 50] [--sweeps 3]`: what a sweep over parked links costs, nobody waiting and one in so many;
 * the server is MONGODB_URI, else the one that `npm start` would find; `--servers`: the names of its processes, whose time is counted,
 * whoever else uses them. Ends with 1 when a mark is missed.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  const links = Number(values.links);
  const names = values.servers.split(',');
  const servers = await startServers({ temporal: false });
  const store = await openStore({ uri: `${servers.mongoUrl}/bench_sweep_${process.pid}`, encryptionKey });
  try {
    const portalId = await fillParked(store, links);
    const deps = toDeps(store);
    const lines: string[] = [];
    const costs: Cost[] = [];
    for (let nth = 0; nth < Number(values.sweeps); nth += 1) {
      await letWait(store, portalId, links, links + 1);
      const quiet = await sweep(deps, portalId, names);
      lines.push(row(`${links} parked, nothing waits`, quiet.cost, links));
      const waiting = await letWait(store, portalId, links, Number(values.every));
      const some = await sweep(deps, portalId, names);
      lines.push(row(`${waiting} of them wait, ${some.woken} woken, ${some.bytes} bytes`, some.cost, links));
      costs.push(quiet.cost, some.cost);
    }
    console.log('| sweep | s | CPU ms here | CPU ms servers | CPU ms a link | longest block, ms | MB more |');
    console.log(`|---|---|---|---|---|---|---|\n${lines.join('\n')}`);
    const block = Math.max(...costs.map(({ longestBlockMs }) => longestBlockMs));
    const perLink = costs.map(({ ownCpuMs, serverCpuMs }) => (ownCpuMs + (serverCpuMs || 0)) / links);
    const cpu = [...perLink].sort((a, b) => a - b)[Math.floor(perLink.length / 2)] ?? 0;
    const mb = (Math.max(...costs.map(({ grownMb }) => grownMb)) * 10_000) / links;
    console.log(
      `longest block ${block.toFixed(0)} ms (mark ${maxBlockMs}), ${cpu.toFixed(3)} CPU ms a link and sweep (mark ${maxCpuMsPerLink}), ${mb.toFixed(1)} MB a 10,000 links (mark ${maxMbPer10k})`,
    );
    return Number(block > maxBlockMs || cpu > maxCpuMsPerLink || mb > maxMbPer10k);
  } finally {
    await store.links.model.db.dropDatabase();
    await store.close();
    await servers.stop();
  }
}

void main().then((code) => process.exit(code));
