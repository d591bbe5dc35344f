import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What runs: its version and, of a build, the name of exactly this code. Null: the sources run as they are. */
export interface Build {
  version: string;
  buildId: string | null;
}

/** Read from the package.json above this file: the build's own, or that of the sources. */
export function readBuild(): Build {
  const text = readFileSync(join(__dirname, '../package.json'), 'utf8');
  const { version, buildId = null } = JSON.parse(text) as { version: string; buildId?: string };
  return { version, buildId };
}
