import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockedError, takeLock, waitForLock } from '../../local/processes/lock';
import { identify, isSameProcess, startTimeOf } from '../../local/processes/process-identity';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contact-link-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function pidOfTheDead(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('a lock has one owner until it is released', () => {
  const path = join(folder, 'a.lock');
  const lock = takeLock(path);
  expect(() => takeLock(path)).toThrow(LockedError);
  expect(() => takeLock(path)).toThrow(expect.objectContaining({ ownerPid: process.pid }));
  lock.release();
  expect(existsSync(path)).toBe(false);
  takeLock(path).release();
});

test('the lock of a dead process is taken over', async () => {
  const path = join(folder, 'a.lock');
  writeFileSync(path, JSON.stringify({ pid: await pidOfTheDead(), startedAt: 'boot:1' }));
  takeLock(path).release();
});

test('the lock of a dead process whose pid a stranger has got is taken over', () => {
  const path = join(folder, 'a.lock');
  writeFileSync(path, JSON.stringify({ pid: process.ppid, startedAt: 'an-earlier-time' }));
  takeLock(path).release();
});

test('a lock file that cannot be read is taken over', () => {
  const path = join(folder, 'a.lock');
  writeFileSync(path, 'rubbish');
  takeLock(path).release();
});

test('who waits for a lock gets it when it is released', async () => {
  const path = join(folder, 'a.lock');
  const first = takeLock(path);
  const waits: number[] = [];
  const second = waitForLock(path, (pid) => waits.push(pid));
  first.release();
  (await second).release();
  expect(waits).toEqual([process.pid]);
});

test('of many processes that take over a dead lock at once exactly one gets it', async () => {
  const path = join(folder, 'a.lock');
  writeFileSync(path, JSON.stringify({ pid: await pidOfTheDead(), startedAt: 'boot:1' }));
  const script = `
    const { takeLock } = require(${JSON.stringify(join(__dirname, '../../local/processes/lock.ts'))});
    let line = 'refused';
    try { takeLock(${JSON.stringify(path)}); line = 'taken'; } catch {}
    console.log(line);
    process.stdin.resume();`;
  const children = Array.from({ length: 5 }, () =>
    spawn(process.execPath, ['--import', 'tsx', '-e', script], { cwd: join(__dirname, '../..') }),
  );
  try {
    const answers = await Promise.all(
      children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()),
    );
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
  } finally {
    const ends = children.map((child) => once(child, 'exit'));
    children.forEach((child) => child.stdin.end());
    await Promise.all(ends);
  }
});

test('a process is known by its pid and its start time together', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  const identity = identify(child.pid);
  expect(identity.startedAt).not.toBeNull();
  expect(isSameProcess(identity)).toBe(true);
  expect(isSameProcess({ ...identity, startedAt: 'another' })).toBe(false);
  expect(isSameProcess({ ...identity, startedAt: null })).toBe(false);
  child.stdin.end();
  await once(child, 'exit');
  expect(isSameProcess(identity)).toBe(false);
  expect(startTimeOf(identity.pid)).toBeNull();
});
