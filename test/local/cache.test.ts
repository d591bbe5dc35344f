import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findKept, keepBuilt } from '../../local/fetching/cache';

let home: string;
const before = process.env['XDG_CACHE_HOME'];
beforeEach(() => (process.env['XDG_CACHE_HOME'] = home = mkdtempSync(join(tmpdir(), 'contact-link-cache-'))));
afterEach(() => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  rmSync(home, { recursive: true, force: true });
});

const kept = { name: 'thing-1', proof: 'thing' };
const say = () => undefined;
const build = async (folder: string) => {
  await new Promise((resolve) => setImmediate(resolve));
  writeFileSync(join(folder, 'thing'), 'built');
};

test('what is built once is kept and built never again', async () => {
  let builds = 0;
  const count = (folder: string) => (builds++, build(folder));
  const folder = await keepBuilt(kept, count, say);
  expect(await keepBuilt(kept, count, say)).toBe(folder);
  expect(builds).toBe(1);
  expect(readdirSync(join(home, 'contact-link'))).toEqual(['thing-1']);
});

test('two that need it at once build it once', async () => {
  let builds = 0;
  const count = (folder: string) => (builds++, build(folder));
  await Promise.all([keepBuilt(kept, count, say), keepBuilt(kept, count, say)]);
  expect(builds).toBe(1);
});

test('a build that fails leaves nothing, and the next one can succeed', async () => {
  await expect(keepBuilt(kept, () => Promise.reject(new Error('no compiler')), say)).rejects.toThrow(
    'no compiler',
  );
  expect(readdirSync(join(home, 'contact-link'))).toEqual([]);
  await expect(keepBuilt(kept, () => Promise.resolve(), say)).rejects.toThrow('made no thing');
  expect(findKept(kept)).toBeNull();
  await keepBuilt(kept, build, say);
});

test('what a killed build left, and a folder without its proof, are replaced', async () => {
  mkdirSync(join(home, 'contact-link', 'thing-1.building-999999999'), { recursive: true });
  mkdirSync(join(home, 'contact-link', 'thing-1'), { recursive: true });
  writeFileSync(join(home, 'contact-link', 'thing-1', 'half'), '');
  await keepBuilt(kept, build, say);
  expect(readdirSync(join(home, 'contact-link'))).toEqual(['thing-1']);
  expect(readdirSync(join(home, 'contact-link', 'thing-1'))).toEqual(['thing']);
});
