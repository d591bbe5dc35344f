import { join, relative } from 'node:path';
import { tmpdir, userInfo } from 'node:os';
import type { Config } from '../config';
import type { Say } from './say';
import { createChildrenFile, stopLeftovers } from './processes/children-file';
import { findMongo } from './servers/find-mongo';
import { findTemporal } from './servers/find-temporal';
import { askLogInLink, saveApiAddress } from './log-in-link';
import { waitForLock } from './processes/lock';
import { freePort } from './ports';
import { chooseApiPort, createPortBook } from './ports-file';
import { chooseServerData } from './server-data';
import {
  startApp,
  startSandboxAccount,
  startSandboxPortal,
  startSandboxSources,
  type SandboxSources,
} from './start-app';
import { startMongo, startTemporal } from './start-servers';
import { graceMs, type Supervisor } from './processes/supervisor';

/** Where a person finds what was started; null: it is not ours. */
export interface Addresses {
  apiUrl: string;
  /** Logs in once; null: it could not be made. */
  logInUrl: string | null;
  temporalUiUrl: string | null;
  portalUrl: string | null;
  sources: SandboxSources | null;
}

/** Starts the servers that are missing, then portal, worker, api and account, and gives their addresses. */
export async function startEverything(config: Config, supervisor: Supervisor, say: Say): Promise<Addresses> {
  await stopEarlierChildren(config.dataDir, say);
  const found = await findServers(config, say);
  // Two starters on one machine would choose the same free ports; the second waits until the first listens.
  const lockPath = join(tmpdir(), `contact-link-ports-${userInfo().uid}.lock`);
  const sayWait = (pid: number) => say(`waiting for process ${pid}, which is starting too`);
  const portsLock = await waitForLock(lockPath, sayWait);
  try {
    return await startFound(found, config, supervisor, say);
  } finally {
    portsLock.release();
  }
}

async function stopEarlierChildren(dataDir: string, say: Say): Promise<void> {
  const leftovers = createChildrenFile(dataDir).listLeftovers();
  if (leftovers.length === 0) return;
  say(`ending what an earlier start left running: ${leftovers.map(({ name }) => name).join(', ')}`);
  await stopLeftovers(leftovers.reverse(), graceMs);
}

/** A server that the environment names runs already and needs no program. */
async function findServers(config: Config, say: Say) {
  const { temporal } = config;
  const { mongodbUri, folder } = chooseServerData(config);
  const [temporalFound, mongoFound] = await Promise.all([
    temporal.address ?? findTemporal(say),
    mongodbUri ?? findMongo(say, folder),
  ]);
  say(`Temporal: ${typeof temporalFound === 'string' ? 'TEMPORAL_ADDRESS is set' : temporalFound.why}`);
  say(`MongoDB: ${typeof mongoFound === 'string' ? 'MONGODB_URI is set' : mongoFound.why}`);
  return { temporalFound, mongoFound };
}

async function startFound(
  { temporalFound, mongoFound }: Awaited<ReturnType<typeof findServers>>,
  config: Config,
  supervisor: Supervisor,
  say: Say,
): Promise<Addresses> {
  const apiPort = await chooseApiPort(config, say);
  const surroundings = { config, ports: createPortBook(config.dataDir, say), supervisor };
  const [temporal, mongodbUri] = await Promise.all([
    startTemporal(temporalFound, surroundings),
    startMongo(mongoFound, surroundings),
  ]);
  const portal = config.bitrix24.webhookUrl === null ? await startSandboxPortal(surroundings) : null;
  const env = {
    HOST: config.host,
    PORT: String(apiPort),
    WORKER_METRICS_PORT: String(config.workerMetricsPort ?? (await freePort())),
    DATA_DIR: config.dataDir,
    MONGODB_URI: mongodbUri,
    TEMPORAL_ADDRESS: temporal.address,
    ...(portal ? { BITRIX24_WEBHOOK_URL: portal.webhookUrl } : {}),
  };
  const apiUrl = `http://${toReachableHost(config.host)}:${apiPort}`;
  await startApp(surroundings, env, apiUrl);
  if (portal) await startSandboxAccount(surroundings, apiUrl);
  const sources = portal ? await startSandboxSources(surroundings, apiUrl) : null;
  saveApiAddress(config.dataDir, apiUrl);
  const logInUrl = await askLogInLink(apiUrl, config.adminToken).catch(() => null);
  return { apiUrl, logInUrl, temporalUiUrl: temporal.uiUrl, portalUrl: portal?.url ?? null, sources };
}

/** Listening on every address is reached on this machine by its loopback address. */
function toReachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function toSourceRows(sources: SandboxSources | null): Array<[string, string]> {
  if (!sources) return [];
  return [
    ['WAHA', `${sources.waha}  (sandbox WAHA, connected)`],
    ['Evolution', `${sources.evolution}  (sandbox; says what to fill in under Sources, Add a number)`],
    ['Meta', `${sources.meta}  (sandbox Graph API and dashboard; says the same)`],
  ];
}

/** The lines for a person once all runs. */
export function toWelcome(
  { apiUrl, logInUrl, temporalUiUrl, portalUrl, sources }: Addresses,
  dataDir: string,
): string {
  const folder = relative(process.cwd(), dataDir) || '.';
  const shownFolder = folder.startsWith('..') ? dataDir : folder;
  const rows: Array<[string, string]> = [
    ['Workspace', logInUrl ?? apiUrl],
    ['', 'This link logs in once, within a day; npm run log-in prints another one.'],
    ['API', `${apiUrl}/api/v1  (token: ADMIN_TOKEN, else in ${join(shownFolder, 'admin-token')})`],
    ['API docs', `${apiUrl}/api/docs`],
    ['Temporal Web UI', temporalUiUrl ?? 'that of your own Temporal server'],
    ['Bitrix24', portalUrl ? `${portalUrl}  (sandbox portal)` : 'the portal of BITRIX24_WEBHOOK_URL'],
    ...toSourceRows(sources),
    ['Data and logs', `${shownFolder}, ${join(shownFolder, 'logs')}`],
  ];
  const lines = rows.map(([label, value]) => `  ${label.padEnd(16)} ${value}`);
  return ['', 'Contact Link runs. Ctrl-C ends everything; data stays.', ...lines, ''].join('\n');
}
