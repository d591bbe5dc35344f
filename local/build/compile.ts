import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { transformFile, type Options } from '@swc/core';

/** What a server runs. The rest is for trying out, tests and benchmarks. */
const rooms = [
  ...['activities', 'api', 'bitrix24', 'config', 'domain', 'intake', 'linking', 'processes', 'sources'],
  ...['store', 'telemetry', 'webhooks', 'whatsapp', 'worker', 'workflows'],
];
const files = ['local/log-in-main.ts', 'local/log-in-link.ts'];

/** As the tests compile them; types are checked by a step of their own. */
const options: Options = {
  swcrc: false,
  sourceMaps: true,
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  module: { type: 'commonjs', ignoreDynamic: true },
};

const listSources = (root: string): string[] =>
  rooms
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
    )
    .concat(files)
    .filter((file) => file.endsWith('.ts'))
    .sort();

/** Compiles the product's sources to `dist`, each to the place that it has here; gives the code of all, in one order. */
export async function compile(root: string, dist: string): Promise<string[]> {
  const codes: string[] = [];
  for (const file of listSources(root)) {
    const { code, map } = await transformFile(join(root, file), options);
    const target = join(dist, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, `${code}\n//# sourceMappingURL=${basename(target)}.map\n`);
    writeFileSync(`${target}.map`, map ?? '{}');
    codes.push(code);
  }
  return codes;
}
