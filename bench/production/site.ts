import type { Say } from '../../local/say';
import { openStore, type Store } from '../../store/store';
import { startBenchPortal, type BenchPortal } from '../scene/portal';
import { buildInto, buildOfBefore } from './build';
import { makeSite, readSecret } from './compose';
import { removeSite, startMongo, startPostgres } from './databases';
import { createCaller, type Caller } from './people';
import { startProcess, type ProductGiven, type ProductProcess } from './product';
import { findPrograms } from './programs';
import type { Service } from './service';
import { startCluster } from './temporal';

/** Everything of the Compose file as processes of this machine, the product by its version of before. */
export interface Site {
  /** The folder of its data, secrets and logs. */
  folder: string;
  portal: BenchPortal;
  store: Store;
  mongoKind: string;
  /** By the names in the Compose file; api and worker twice. */
  services: Map<string, Service>;
  caller: Caller;
  given: ProductGiven;
  temporalAddress: string;
  adopt(name: string, process: ProductProcess): void;
  close(): Promise<void>;
}

export const names = { apis: ['api-1', 'api-2'], workers: ['worker-1', 'worker-2'] };

export async function openSite(say: Say): Promise<Site> {
  const folder = makeSite();
  const services = new Map<string, Service>();
  const stopAll = async () => {
    const inOrder = [...services.entries()].sort(([a], [b]) => rankOf(a) - rankOf(b));
    for (const [, service] of inOrder) await service.stop();
  };
  try {
    const servers = await startServers(folder, services, say);
    return await startProduct(folder, services, servers, stopAll, say);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The two databases and Temporal. */
async function startServers(folder: string, services: Map<string, Service>, say: Say) {
  const { bin, schemaDir } = await findPrograms(folder, say);
  say('starting PostgreSQL, MongoDB, Temporal');
  const postgres = await startPostgres(folder);
  services.set('postgresql', postgres.service);
  const mongo = await startMongo(folder, say);
  services.set('mongodb', mongo.service);
  const cluster = await startCluster(folder, { bin, schemaDir, postgresPort: postgres.port });
  services.set('temporal', cluster.service);
  return { temporalAddress: cluster.address, mongoKind: mongo.kind };
}

async function startProduct(
  folder: string,
  services: Map<string, Service>,
  { temporalAddress, mongoKind }: { temporalAddress: string; mongoKind: string },
  stopAll: () => Promise<void>,
  say: Say,
): Promise<Site> {
  say('building');
  const dist = buildInto(folder);
  const before = buildOfBefore(dist);
  const portal = await startBenchPortal({ requestLimitMs: 3_000 });
  const given = { site: folder, dist: before, temporalAddress, webhookUrl: portal.webhookUrl };
  const urls: string[] = [];
  const adopt = (name: string, { service, url }: ProductProcess) => {
    services.set(name, service);
    if (name.startsWith('api')) urls.push(url);
  };
  say('starting two APIs and two workers');
  for (const name of [...names.apis, ...names.workers])
    adopt(name, await startProcess(name.startsWith('api') ? 'api' : 'worker', name, given));
  const encryptionKey = Buffer.from(readSecret(folder, 'encryption-key'), 'hex');
  const store = await openStore({ uri: readSecret(folder, 'mongodb-uri'), encryptionKey });
  return {
    ...{ folder, portal, store, services, temporalAddress, adopt, mongoKind },
    given: { ...given, dist },
    caller: createCaller(urls, readSecret(folder, 'admin-token')),
    close: async () => {
      await store.close();
      await stopAll();
      await portal.stop();
      removeSite(folder);
    },
  };
}

/** The product ends before what it stands on. */
const rankOf = (name: string): number => (/^(api|worker)/.test(name) ? 0 : name === 'temporal' ? 1 : 2);
