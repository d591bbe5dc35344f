import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readLines } from './processes/log-file';
import type { Command } from './servers/server-commands';
import type { Surroundings } from './start-servers';

/** A program of ours, run from its TypeScript. */
function ourProgram(file: string, args: string[] = [], flags: readonly string[] = []): Command {
  return { program: process.execPath, args: [...flags, '--import', 'tsx', file, ...args] };
}

/** A worker keeps little for long: with these it takes half the memory (docs/benchmarks.md), here as in docker-compose.yml. */
export const workerMemory = {
  flags: ['--max-semi-space-size=4', '--optimize-for-size'],
  env: { MALLOC_ARENA_MAX: '2' },
};

const sandboxLine = z.object({ url: z.url(), webhookUrl: z.url() });
type SandboxLine = z.infer<typeof sandboxLine>;

/** Starts the stand-in portal and gives its address and webhook, which it prints as one line of JSON when it is ready. */
export async function startSandboxPortal(start: Surroundings): Promise<SandboxLine> {
  const { config, ports, supervisor } = start;
  const port = String(await ports.choose('sandbox'));
  const args = ['--port', port, '--data-dir', join(config.dataDir, 'sandbox')];
  const limit = ['--request-limit-ms', String(config.portalRequestLimitMs)];
  let announced: SandboxLine | undefined;
  await supervisor.start({
    name: 'sandbox-portal',
    command: ourProgram('sandbox/portal-main.ts', [...args, ...limit]),
    isReady: (logPath) => {
      announced = readLines(logPath, 0).lines.flatMap(toAnnouncement)[0];
      return Promise.resolve(announced !== undefined);
    },
    stopFirst: 2,
    failsFast: true,
  });
  if (!announced) throw new Error('the sandbox portal did not say where it is');
  return announced;
}

function toAnnouncement(line: string): SandboxLine[] {
  try {
    return [sandboxLine.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}

/** Starts api and worker with this environment and waits until the API says that it is ready. */
export async function startApp(
  { supervisor }: Surroundings,
  env: Record<string, string>,
  apiUrl: string,
): Promise<void> {
  await supervisor.start({
    name: 'worker',
    command: ourProgram('worker/main.ts', [], workerMemory.flags),
    env: { ...env, ...workerMemory.env },
    stopFirst: 5,
  });
  await supervisor.start({
    name: 'api',
    command: ourProgram('api/main.ts'),
    env,
    isReady: () =>
      fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
        ({ ok }) => ok,
        () => false,
      ),
    readyLimitMs: 120_000,
    stopFirst: 4,
  });
}

/** How the stand-in accounts reach the public API. */
function toApiArguments({ config }: Surroundings, apiUrl: string): string[] {
  const dataDir = join(config.dataDir, 'sandbox');
  mkdirSync(dataDir, { recursive: true });
  const tokenFile = join(dataDir, 'api-token');
  writeFileSync(tokenFile, `${config.adminToken}\n`, { mode: 0o600 });
  return ['--api-url', apiUrl, '--admin-token-file', tokenFile, '--data-dir', dataDir];
}

/** Starts the stand-in WhatsApp account, which talks through the public API. */
export async function startSandboxAccount(start: Surroundings, apiUrl: string): Promise<void> {
  const command = ourProgram('sandbox/account-main.ts', toApiArguments(start, apiUrl));
  await start.supervisor.start({ name: 'sandbox-account', command, stopFirst: 6, optional: true });
}

/** Where the stand-in sources are. */
export interface SandboxSources {
  waha: string;
  evolution: string;
  meta: string;
}

/** Starts the stand-in WAHA, whose account is connected through the public API by itself, and the stand-ins of Evolution and Meta for whoever connects them. */
export async function startSandboxSources(start: Surroundings, apiUrl: string): Promise<SandboxSources> {
  const [waha, evolution, meta] = [
    await start.ports.choose('waha'),
    await start.ports.choose('evolution'),
    await start.ports.choose('meta'),
  ];
  const ports = { '--waha-port': waha, '--evolution-port': evolution, '--meta-port': meta };
  const args = [...Object.entries(ports).flat().map(String), ...toApiArguments(start, apiUrl)];
  const command = ourProgram('sandbox/sources-main.ts', args);
  await start.supervisor.start({ name: 'sandbox-sources', command, stopFirst: 6, optional: true });
  const toUrl = (port: number) => `http://127.0.0.1:${port}`;
  return { waha: toUrl(waha), evolution: toUrl(evolution), meta: toUrl(meta) };
}
