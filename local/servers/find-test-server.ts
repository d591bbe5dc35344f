import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { downloadBy } from '../fetching/download';
import { fetchLibraries } from '../fetching/maven';
import { obtain, type Way } from '../fetching/obtain';
import { requireOnPath } from '../fetching/programs';
import type { Say } from '../say';

const advice = 'No time-skipping test server: allow the download, or install Java (17 or later) and Maven.';
const program = 'temporal-test-server';
const sources = { from: join(__dirname, '../test-server'), files: [program], advice };

const javaServer: Way = {
  kept: { name: `${program}-1.38.0`, proof: program },
  how: 'fetched with Maven',
  async build(folder, say) {
    requireOnPath('java', advice);
    say('Temporal test server: fetching its Java libraries; this happens once');
    await fetchLibraries(folder, sources, say);
    chmodSync(join(folder, program), 0o755);
  },
};

/** The path of a time-skipping Temporal test server, for tests only: the SDK's download, else the Java one from Maven. */
export async function findTestServer(say: Say): Promise<string> {
  const ways = [downloadBy('the Temporal SDK', 'time-skipping'), javaServer];
  return (await obtain('Temporal test server', ways, say)).path;
}
