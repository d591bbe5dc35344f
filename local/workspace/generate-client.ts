import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeApi, type AppDeps } from '../../api/app';

/** The API is only described: nothing of what it would need is touched. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : nothing),
  apply: () => nothing,
});

const deps = {
  store: nothing,
  temporal: nothing,
  logger: nothing,
  metrics: nothing,
  portalOf: nothing,
  adminToken: 'none',
  defaultCountry: null,
  publicUrl: null,
  backupIntervalMs: 180_000,
} as AppDeps;

/** Writes the types of the workspace's client, made from the API's own description. */
async function main(): Promise<void> {
  const { default: generate, astToString } = await import('openapi-typescript');
  const folder = join(__dirname, '..', '..', 'workspace', 'generated');
  const text = astToString(await generate(JSON.stringify(describeApi(deps))));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'api.d.ts'), text);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
