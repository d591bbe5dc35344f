import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { obtain, type Way } from '../../local/fetching/obtain';
import { findOnPath, requireOnPath, runProgram } from '../../local/fetching/programs';
import type { Say } from '../../local/say';
import { findTemporal } from '../../local/servers/find-temporal';

/** The version that docker-compose.yml names. */
const version = '1.31.2';
const module = `go.temporal.io/server`;
const goAdvice = `The full Temporal server is built with Go: install Go, or run this where Go is.`;

const serverBuild: Way = {
  kept: { name: `temporal-server-${version}`, proof: 'server' },
  how: 'built with Go',
  async build(folder, say) {
    const go = requireOnPath('go', goAdvice);
    say('Temporal: building the full server with Go; this happens once and takes about three minutes');
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
    for (const command of ['cmd/tools/sql', 'cmd/server'])
      await runProgram(go, ['install', `${module}/${command}@v${version}`], {
        ...{ cwd: folder, env, progress: { label: 'building', say } },
      });
  },
};

/** The folder where the programs of the images have their names there, and Temporal's schema. */
export async function findPrograms(site: string, say: Say) {
  const { folder } = await obtain('Temporal', [serverBuild], say);
  const bin = join(site, 'bin');
  mkdirSync(bin);
  symlinkSync(join(folder, 'server'), join(bin, 'temporal-server'));
  symlinkSync(join(folder, 'sql'), join(bin, 'temporal-sql-tool'));
  symlinkSync((await findTemporal(say)).path, join(bin, 'temporal'));
  const go = requireOnPath('go', goAdvice);
  const found = execFileSync(go, ['mod', 'download', '-json', `${module}@v${version}`], { cwd: site });
  const { Dir } = JSON.parse(found.toString()) as { Dir: string };
  return { bin, schemaDir: join(Dir, 'schema/postgresql/v12') };
}

/** PostgreSQL's programs: those on the PATH, or Debian's, which are beside it. */
export function findPostgres(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map((one) => join(debian, one, 'bin'));
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  const onPath = findOnPath('initdb');
  if (found) return found;
  if (onPath) return join(onPath, '..');
  throw new Error('No PostgreSQL: install it (Debian: postgresql).');
}
