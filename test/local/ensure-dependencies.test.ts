import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const script = pathToFileURL(join(__dirname, '../../local/ensure-dependencies.mjs')).href;

/** Asks in a Node of its own, as the script is an ES module and runs without any dependency. */
function ask(expression: string): unknown {
  const code = `const m = await import(${JSON.stringify(script)}); console.log(JSON.stringify(${expression}))`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' }),
  );
}

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'contact-link-root-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const lockOf = (version: string) => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } });
const reason = () => ask(`m.explainMissing(${JSON.stringify(root)})`);
const isInstalled = () => ask(`m.isInstalled(${JSON.stringify(root)})`);

test('a Node that is too old is named, a good one is not', () => {
  expect(ask(`['18.20.8', '20.18.3', '20.19.0', '22.0.0', '24.1.0'].map(m.explainOldNode)`)).toEqual([
    expect.stringContaining('Node 18.20.8'),
    expect.stringContaining('Node 20.18.3'),
    null,
    null,
    null,
  ]);
});

test('dependencies are installed when they are missing or belong to another lock file', () => {
  writeFileSync(join(root, 'package-lock.json'), lockOf('1.0.0'));
  expect(reason()).toBe('dependencies are missing');
  expect(isInstalled()).toBe(false);
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), lockOf('1.0.0'));
  expect(reason()).toMatch(/do not belong/);
  expect(isInstalled()).toBe(true);
  ask(`m.rememberInstalled(${JSON.stringify(root)}) ?? null`);
  expect(reason()).toBeNull();
  writeFileSync(join(root, 'package-lock.json'), lockOf('1.0.1'));
  expect(reason()).toMatch(/do not belong/);
  expect(isInstalled()).toBe(false);
});
