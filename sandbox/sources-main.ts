import { parseArgs } from 'node:util';
import { createApiClient } from './account/api-client';
import { startSandboxEvolution } from './evolution/evolution';
import { startSandboxGraph } from './meta/graph';
import { sayAtMeta } from './sample-talk/at-meta';
import { sayInEvolution, scanCodes } from './sample-talk/in-evolution';
import { talk } from './sample-talk/talk';
import { connectWaha } from './waha-account/connect';
import { takeStep } from './waha-account/talk';
import { startSandboxWaha } from './waha/waha';

const usage =
  'Usage: sources-main --waha-port <port> --evolution-port <port> --meta-port <port> --api-url <url> --admin-token-file <file> --data-dir <folder>';

function readArguments() {
  const options = {
    'waha-port': { type: 'string', default: '0' },
    'evolution-port': { type: 'string', default: '0' },
    'meta-port': { type: 'string', default: '0' },
    'api-url': { type: 'string' },
    'admin-token-file': { type: 'string' },
    'data-dir': { type: 'string' },
    'pause-ms': { type: 'string', default: '20000' },
  } as const;
  const { values } = parseArgs({ options });
  const { 'api-url': apiUrl, 'admin-token-file': adminTokenFile, 'data-dir': dataDir } = values;
  if (apiUrl === undefined || adminTokenFile === undefined || dataDir === undefined) throw new Error(usage);
  const ports = {
    waha: Number(values['waha-port']),
    evolution: Number(values['evolution-port']),
    meta: Number(values['meta-port']),
  };
  return { apiUrl, adminTokenFile, dataDir, ports, pauseMs: Number(values['pause-ms']) };
}

const log = (line: string) => void process.stdout.write(`sandbox sources: ${line}\n`);

async function startServers({ ports, dataDir }: ReturnType<typeof readArguments>) {
  const waha = await startSandboxWaha({ port: ports.waha, dataDir });
  const evolution = await startSandboxEvolution({ port: ports.evolution, dataDir });
  const graph = await startSandboxGraph({ port: ports.meta, dataDir });
  return { waha, evolution, graph };
}

/** WAHA is connected by itself; Evolution and Meta talk as soon as somebody has connected them. */
async function main(): Promise<void> {
  const given = readArguments();
  const { apiUrl, dataDir, pauseMs } = given;
  const stopping = new AbortController();
  const { signal } = stopping;
  const { waha, evolution, graph } = await startServers(given);
  const stop = () => {
    stopping.abort();
    void Promise.all([waha.stop(), evolution.stop(), graph.stop()]).then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`${JSON.stringify({ waha: waha.url, evolution: evolution.url, meta: graph.url })}\n`);
  const api = createApiClient({ ...given, signal, onAway: () => log('the API is away, waiting') });
  const pace = { dataDir, pauseMs, signal };
  const talkThroughWaha = async () => {
    await connectWaha(api, waha, { apiUrl, signal });
    log('WAHA is connected');
    await talk('waha', (count) => takeStep(waha, count), pace);
  };
  await Promise.all([
    talkThroughWaha(),
    scanCodes(evolution, signal),
    talk('evolution', (count) => sayInEvolution(evolution, count), pace),
    talk('meta', (count) => sayAtMeta(graph, count), pace),
  ]);
}

main().catch((error: unknown) => {
  if (error instanceof Error && error.name === 'AbortError') return;
  process.stderr.write(`sandbox sources: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
