import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireOnPath, runProgram } from './programs';
import type { Say } from '../say';

interface JavaSources {
  /** The folder of the sources. */
  from: string;
  files: string[];
  /** What to do without Java or Maven. */
  advice: string;
}

/** Copies the sources into the folder and the libraries that their pom.xml names into its `lib`. */
export async function fetchLibraries(
  folder: string,
  { from, files, advice }: JavaSources,
  say: Say,
): Promise<void> {
  const mvn = requireOnPath('mvn', advice);
  for (const name of ['pom.xml', ...files]) copyFileSync(join(from, name), join(folder, name));
  await runProgram(mvn, ['-B', '-q', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
    cwd: folder,
    progress: { label: 'fetching its libraries', say },
  });
}
