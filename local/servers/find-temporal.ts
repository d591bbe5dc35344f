import { join } from 'node:path';
import { findKept, keepBuilt, type Say } from '../fetching/cache';
import { download, findDownloaded } from '../fetching/download';
import { findOnPath, runProgram } from '../fetching/programs';

/** A Temporal server that runs already, or the program that starts one; `why` is for the person at the terminal. */
export type TemporalFound =
  { kind: 'address'; address: string; why: string } | { kind: 'program'; path: string; why: string };

const version = '1.8.2';
const built = {
  name: `temporal-${version}`,
  proof: process.platform === 'win32' ? 'temporal.exe' : 'temporal',
};

/**
 * Finds Temporal: TEMPORAL_ADDRESS, `temporal` on the PATH, the SDK's download, a build from Go modules. What an earlier
 * start fetched or built comes before anything that has to be fetched or built now.
 */
export async function findTemporal(say: Say, env: NodeJS.ProcessEnv = process.env): Promise<TemporalFound> {
  const address = env['TEMPORAL_ADDRESS'];
  if (address) return { kind: 'address', address, why: 'TEMPORAL_ADDRESS is set' };
  const onPath = findOnPath('temporal', env);
  if (onPath) return { kind: 'program', path: onPath, why: 'found on the PATH' };
  const downloaded = findDownloaded('temporal');
  if (downloaded) return { kind: 'program', path: downloaded, why: 'downloaded earlier by the Temporal SDK' };
  const folder = findKept(built);
  if (folder) return { kind: 'program', path: join(folder, built.proof), why: 'built earlier with Go' };
  return fetchOrBuild(say);
}

async function fetchOrBuild(say: Say): Promise<TemporalFound> {
  try {
    say('Temporal: asking the SDK to download its dev server');
    return { kind: 'program', path: await download('temporal', say), why: 'downloaded by the Temporal SDK' };
  } catch (error) {
    say(`Temporal: ${firstLine(error)}`);
  }
  const path = join(await keepBuilt(built, (draft) => buildWithGo(draft, say), say), built.proof);
  return { kind: 'program', path, why: 'built with Go' };
}

async function buildWithGo(folder: string, say: Say): Promise<void> {
  const go = findOnPath('go');
  if (!go) {
    throw new Error(
      'No Temporal server: set TEMPORAL_ADDRESS, put `temporal` on the PATH, allow the download, or install Go >= 1.26.4.',
    );
  }
  say(
    'Temporal: building the dev server with Go; this happens once and takes about five minutes on two cores',
  );
  const target = 'github.com/temporalio/cli/cmd/temporal';
  const stamp = `-X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
  await runProgram(
    go,
    ['build', '-mod=readonly', '-ldflags', stamp, '-o', join(folder, built.proof), target],
    {
      cwd: join(__dirname, '../temporal'),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
      progress: { label: 'building Temporal', say },
    },
  );
}

/** The first line of an error's message, short enough for a terminal. */
export function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').slice(0, 300);
}
