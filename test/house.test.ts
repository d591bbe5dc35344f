import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = join(__dirname, '..');
/** The files of these endings that are there, known to git or new. */
const list = (...endings: string[]): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...endings], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));
const files = list('*.ts');
/** The page's parts are read like everything else. */
const parts = list('*.vue');
const isProduct = (file: string): boolean => !/^(test|sandbox|bench)\//.test(file);
const product = [...files, ...parts].filter(isProduct);
const linesOf = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length - 1;

/** The files that a file imports, types included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/from '(\.[^']*)'/g)].flatMap(([, specifier = '']) => {
    const path = normalize(join(dirname(file), specifier));
    return [`${path}.ts`, `${path}/index.ts`].filter((target) => files.includes(target));
  });
}

/** The first circle of imports that is met on the way from a file, or null. */
function findCircle(): string[] | null {
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  function visit(file: string, way: string[]): string[] | null {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return null;
  }
  for (const file of files) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return null;
}

test('no file is reached by its own imports, types included', () => {
  expect(findCircle()).toBeNull();
});

test('no room shows more than sixteen files at one glance', () => {
  const rooms = new Map<string, number>();
  for (const file of [...files, ...parts].filter((one) => !/^(test|sandbox)\//.test(one)))
    rooms.set(dirname(file), (rooms.get(dirname(file)) ?? 0) + 1);
  expect([...rooms].filter(([, count]) => count > 16)).toEqual([]);
});

test('no product file has over 200 lines, and half of them at most 80', () => {
  const sizes = product.map((file) => ({ file, lines: linesOf(file) }));
  expect(sizes.filter(({ lines }) => lines > 200)).toEqual([]);
  const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
});

test('no test file has over 400 lines', () => {
  const long = files.filter((file) => file.startsWith('test/') && linesOf(file) > 400);
  expect(long).toEqual([]);
});

test('the page imports nothing of ours but what is its own', () => {
  const sources = list('workspace').filter((file) => /\.(ts|vue)$/.test(file));
  const strangers = sources.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import) '(\.[^']*)'/g)]
      .map(([, specifier = '']) => normalize(join(dirname(file), specifier)))
      .filter((target) => !target.startsWith('workspace')),
  );
  expect(sources.length).toBeGreaterThan(10);
  expect(strangers).toEqual([]);
});
