import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKept, keepBuilt, type Say } from '../fetching/cache';
import { download, findDownloaded } from '../fetching/download';
import { findOnPath, runProgram } from '../fetching/programs';

const built = { name: 'temporal-test-server-1.38.0', proof: 'temporal-test-server' };
const sources = join(__dirname, '../test-server');

/** The path of a time-skipping Temporal test server, for tests only: the SDK's download, else the Java one from Maven. */
export async function findTestServer(say: Say): Promise<string> {
  const downloaded = findDownloaded('time-skipping');
  if (downloaded) return downloaded;
  const folder = findKept(built);
  if (folder) return join(folder, built.proof);
  try {
    say('Temporal test server: asking the SDK to download it');
    return await download('time-skipping', say);
  } catch {
    return join(await keepBuilt(built, (draft) => buildWithMaven(draft, say), say), built.proof);
  }
}

async function buildWithMaven(folder: string, say: Say): Promise<void> {
  const mvn = findOnPath('mvn');
  if (!mvn || !findOnPath('java')) {
    throw new Error(
      'No time-skipping test server: allow the download, or install Java (17 or later) and Maven.',
    );
  }
  say('Temporal test server: fetching its Java libraries; this happens once');
  copyFileSync(join(sources, 'pom.xml'), join(folder, 'pom.xml'));
  await runProgram(mvn, ['-B', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
    cwd: folder,
    progress: { label: 'fetching', say },
  });
  const program = join(folder, built.proof);
  copyFileSync(join(sources, built.proof), program);
  chmodSync(program, 0o755);
}
