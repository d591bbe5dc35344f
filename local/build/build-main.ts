import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { bundleNames, bundleWorkflows } from '../../worker/workflow-code';
import { compile } from './compile';

const root = join(__dirname, '..', '..');
const packageSchema = z.object({ name: z.string(), version: z.string() });

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The page, as it was built, goes where the compiled API looks for it. */
function copyWorkspace(dist: string): void {
  const filter = (path: string) => !path.endsWith('.sources');
  cpSync(join(root, 'workspace/dist'), join(dist, 'workspace/dist'), { recursive: true, filter });
}

/**
 * `npm run build [-- --out dist]`: the compiled sources, the workflows as one bundle, again with what makes spans, and the page, so that a server compiles and
 * bundles nothing. The same sources and packages give the same build id, wherever they are built.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
  const dist = values.out;
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  copyWorkspace(dist);
  const { name, version } = packageSchema.parse(JSON.parse(read('package.json')));
  const hash = createHash('sha256');
  for (const code of [...(await compile(root, dist)), read('package-lock.json')]) hash.update(code);
  for (const kind of ['plain', 'traced'] as const)
    writeFileSync(join(dist, bundleNames[kind]), (await bundleWorkflows(kind)).code);
  const buildId = `${version}-${hash.digest('hex').slice(0, 12)}`;
  writeFileSync(
    join(dist, 'package.json'),
    `${JSON.stringify({ name, version, buildId, type: 'commonjs' })}\n`,
  );
  console.log(`${name} ${version} is built: ${buildId}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
