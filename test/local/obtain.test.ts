import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obtain, type Way } from '../../local/fetching/obtain';

let home: string;
const before = process.env['XDG_CACHE_HOME'];
beforeEach(() => (process.env['XDG_CACHE_HOME'] = home = mkdtempSync(join(tmpdir(), 'contact-link-cache-'))));
afterEach(() => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  rmSync(home, { recursive: true, force: true });
});

const works = (name: string): Way => ({
  kept: { name, proof: 'server' },
  how: `by ${name}`,
  build: (folder) => Promise.resolve(writeFileSync(join(folder, 'server'), name)),
});
const fails = (name: string): Way => ({
  ...works(name),
  build: () => Promise.reject(new Error(`no ${name}\nwith details`)),
});
const quiet = () => undefined;

test('a server is got by the first way that works, and the failures before it are said in one line', async () => {
  const said: string[] = [];
  const ways = [fails('download'), works('build'), works('luck')];
  const { path, why, way } = await obtain('Temporal', ways, (line) => said.push(line));
  expect(readFileSync(path, 'utf8')).toBe('build');
  expect([why, way]).toEqual(['by build', ways[1]]);
  expect(said).toEqual(['Temporal: no download']);
});

test('a server that an earlier start got by a later way is taken without trying an earlier one', async () => {
  await obtain('Temporal', [works('build')], quiet);
  const { path, why } = await obtain('Temporal', [works('download'), works('build')], quiet);
  expect(readFileSync(path, 'utf8')).toBe('build');
  expect(why).toBe('by build, by an earlier start');
});

test('without any way that works the last failure is the answer, as it says what to install', async () => {
  await expect(obtain('Temporal', [fails('download'), fails('Go')], quiet)).rejects.toThrow('no Go');
});
