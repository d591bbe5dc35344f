import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createApiClient } from './account/api-client';
import { connectWaha } from './waha-account/connect';
import { takeStep } from './waha-account/talk';
import { startSandboxWaha, type SandboxWaha } from './waha/waha';

const usage = 'Usage: waha-main --port <port> --api-url <url> --admin-token-file <file> --data-dir <folder>';

function readArguments() {
  const options = {
    port: { type: 'string', default: '0' },
    'api-url': { type: 'string' },
    'admin-token-file': { type: 'string' },
    'data-dir': { type: 'string' },
    'pause-ms': { type: 'string', default: '20000' },
  } as const;
  const { values } = parseArgs({ options });
  const { 'api-url': apiUrl, 'admin-token-file': adminTokenFile, 'data-dir': dataDir } = values;
  const numbers = { port: Number(values.port), pauseMs: Number(values['pause-ms']) };
  if (apiUrl === undefined || adminTokenFile === undefined || dataDir === undefined) throw new Error(usage);
  return { apiUrl, adminTokenFile, dataDir, ...numbers };
}

/** How many steps were taken, kept over restarts. */
function openCounter(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'waha-steps');
  return {
    read(): number {
      try {
        return Number(readFileSync(path, 'utf8')) || 0;
      } catch {
        return 0;
      }
    },
    write: (count: number) => writeFileSync(path, String(count)),
  };
}

type Arguments = ReturnType<typeof readArguments>;

/** Takes a step now and then. Taken first, then counted: after a crash the same step is taken again, under the same id. */
async function talk(waha: SandboxWaha, { dataDir, pauseMs }: Arguments, signal: AbortSignal): Promise<void> {
  const counter = openCounter(dataDir);
  for (let count = counter.read(); !signal.aborted; count += 1) {
    await takeStep(waha, count);
    counter.write(count + 1);
    await delay(pauseMs * (0.75 + Math.random() / 2), undefined, { signal });
  }
}

async function main(): Promise<void> {
  const given = readArguments();
  const { port, dataDir, apiUrl } = given;
  const stopping = new AbortController();
  const { signal } = stopping;
  const waha = await startSandboxWaha({ port, dataDir });
  process.stdout.write(`${JSON.stringify({ url: waha.url })}\n`);
  const log = (line: string) => void process.stdout.write(`sandbox waha: ${line}\n`);
  const stop = () => {
    stopping.abort();
    void waha.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const api = createApiClient({ ...given, signal, onAway: () => log('the API is away, waiting') });
  await connectWaha(api, waha, { apiUrl, signal });
  log('connected');
  await talk(waha, given, signal);
}

main().catch((error: unknown) => {
  if (error instanceof Error && error.name === 'AbortError') return;
  process.stderr.write(`sandbox waha: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
