import { join } from 'node:path';
import { downloadBy } from '../fetching/download';
import { obtain, type Way } from '../fetching/obtain';
import { findOnPath, requireOnPath, runProgram } from '../fetching/programs';
import type { Say } from '../say';

/** The program that starts a Temporal server; `why` is for the person at the terminal. */
export interface TemporalFound {
  path: string;
  why: string;
}

const version = '1.8.2';
const proof = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const goBuild: Way = {
  kept: { name: `temporal-${version}`, proof },
  how: 'built with Go',
  async build(folder, say) {
    const go = requireOnPath(
      'go',
      'No Temporal server: set TEMPORAL_ADDRESS, put `temporal` on the PATH, allow the download, or install Go >= 1.26.4.',
    );
    say(
      'Temporal: building the dev server with Go; this happens once and takes about five minutes on two cores',
    );
    const stamp = `-X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
    const flags = ['-mod=readonly', '-ldflags', stamp, '-o', join(folder, proof)];
    await runProgram(go, ['build', ...flags, 'github.com/temporalio/cli/cmd/temporal'], {
      cwd: join(__dirname, '../temporal'),
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
      progress: { label: 'building Temporal', say },
    });
  },
};

/** Finds a Temporal to start: `temporal` on the PATH, the SDK's download, a build from Go modules. */
export async function findTemporal(say: Say): Promise<TemporalFound> {
  const onPath = findOnPath('temporal');
  if (onPath) return { path: onPath, why: 'found on the PATH' };
  return obtain('Temporal', [downloadBy('the Temporal SDK', 'temporal'), goBuild], say);
}
