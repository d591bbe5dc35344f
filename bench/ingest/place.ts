import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../store/store';
import { openBenchStore } from '../scene/contacts';
import { openScene, startWorker, startWorkflows, stopWorkflows } from '../scene/scene';
import { stopOwn, type BenchServers } from '../scene/servers';

/** How many send, each with a token of its own, and of how many people. */
interface Clients {
  connections: number;
  people: number;
}

/** What messages are sent to: the store, and what ends it. */
export interface Place {
  mongoUri: string;
  tokens: string[];
  phones: string[];
  /** What became of the rounds meanwhile; empty: there are none. */
  describeRounds(): Promise<string>;
  close(): Promise<void>;
}

const toPhone = (index: number) => `+4917${100_000_000 + index}`;

async function addTokens(
  opened: Pick<Awaited<ReturnType<typeof openBenchStore>>, 'store' | 'portalId'>,
  count: number,
) {
  const tokens: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const e164 = `+4930${1_000_000 + index}`;
    const fresh = { portalId: opened.portalId, kind: 'ingest', e164, name: 'Sales', hmacKey: null } as const;
    tokens.push((await opened.store.accounts.add(fresh)).token);
  }
  return tokens;
}

/** Nobody is linked. */
export async function openUnlinked(
  { mongoUrl }: BenchServers,
  { connections, people }: Clients,
): Promise<Place> {
  const opened = await openBenchStore(mongoUrl, 'http://127.0.0.1:9/rest/1/secret/');
  const phones = Array.from({ length: people }, (_, index) => toPhone(index));
  const tokens = await addTokens(opened, connections);
  const close = async () => {
    await opened.store.accounts.model.db.dropDatabase();
    await opened.store.close();
  };
  return { mongoUri: opened.mongoUri, tokens, phones, describeRounds: () => Promise.resolve(''), close };
}

const backupIntervalMs = 180_000;
const beginningLimitMs = 300_000;

/** Until every link has begun and had its first round: from then on each has its own place in the interval. */
async function untilBegun({ links }: Store): Promise<void> {
  const giveUpAtMs = performance.now() + beginningLimitMs;
  while ((await links.model.countDocuments({ lastCheckedAt: null })) > 0) {
    if (performance.now() > giveUpAtMs) throw new Error('the links did not begin');
    await sleep(500);
  }
}

/** Everybody is linked, and a worker goes its rounds, three minutes each, with a sandbox portal. */
export async function openLinked(servers: BenchServers, { connections, people }: Clients): Promise<Place> {
  const settings = {
    ...{ backupIntervalMs, parkAfterQuietRounds: null, portalRequestLimitMs: 60_000 },
    ...{ writeWindowMs: 10_000, clockMarginMs: 5_000 },
  };
  const scene = await openScene({ ...servers, contacts: people, settings });
  const worker = await startWorker(scene.task);
  await startWorkflows(scene);
  await untilBegun(scene.store);
  const begunAt = new Date();
  const close = async () => {
    await stopOwn(worker);
    await stopWorkflows(scene);
    await scene.store.accounts.model.db.dropDatabase();
    await scene.close();
  };
  const describeRounds = async () => {
    const { model } = scene.store.links;
    const gone = await model.countDocuments({ lastCheckedAt: { $gt: begunAt } });
    const oldest = await model.findOne({}).sort({ lastCheckedAt: 1 }).lean().exec();
    const ageMs = Date.now() - (oldest?.lastCheckedAt?.getTime() ?? 0);
    return `rounds meanwhile: of ${gone} links; the longest unchecked was checked ${Math.round(ageMs / 1_000)} s ago, of ${backupIntervalMs / 1_000}`;
  };
  const phones = scene.contacts.map(({ e164 }) => e164);
  return {
    mongoUri: scene.task.mongoUri,
    tokens: await addTokens(scene, connections),
    phones,
    describeRounds,
    close,
  };
}
