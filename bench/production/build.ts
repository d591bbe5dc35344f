import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** The build that servers run, in the site, with its packages beside it. */
export function buildInto(site: string): string {
  const dist = join(site, 'dist');
  const options = { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] as ('ignore' | 'inherit')[] };
  execFileSync(process.execPath, ['local/workspace/ensure-built.mjs'], options);
  execFileSync(process.execPath, ['--import', 'tsx', 'local/build/build-main.ts', '--out', dist], options);
  symlinkSync(join(root, 'node_modules'), join(site, 'node_modules'));
  return dist;
}

/** The same build with the plot as it was before there were quiet rounds, under an id of its own. */
export function buildOfBefore(dist: string): string {
  const before = `${dist}-before`;
  cpSync(dist, before, { recursive: true });
  const bundle = join(before, 'workflow-bundle.js');
  const code = readFileSync(bundle, 'utf8').split(/\(0, ?[\w.]+\.patched\)\(quietRounds\) \?/);
  if (code.length !== 2) throw new Error('the plot has changed: take another change of it');
  writeFileSync(bundle, code.join('false ?'));
  const file = join(before, 'package.json');
  const known = JSON.parse(readFileSync(file, 'utf8')) as { buildId: string };
  writeFileSync(file, JSON.stringify({ ...known, buildId: `${known.buildId}-before` }));
  return before;
}
