import type { ImportProgress } from '../../activities/history/progress';
import { importProgressQuery, wakeImportSignal } from '../../workflows/messages';
import { eventually } from '../scenes/product';
import { beginImport, callsOf, env, fail, id, isOpen, runIdOf, usePlots } from '../scenes/plots';

usePlots();

const progress = (
  next: ImportProgress['next'],
  state: ImportProgress['state'] = 'running',
): ImportProgress => ({
  ...{ importId: id, next, state, done: 1, total: 2, failed: 0, messagesRead: 10, messagesFound: 5 },
});

test('an import goes on step after step, in new runs, until it has ended', async () => {
  const handle = await beginImport({
    importHistory: (nth) => (nth < 100 ? progress('more') : progress('ended', 'done')),
  });
  const firstRun = await runIdOf(handle);
  await handle.result();
  expect(callsOf('importHistory')).toHaveLength(100);
  expect(await runIdOf(handle)).not.toBe(firstRun);
  expect(await handle.query(importProgressQuery)).toMatchObject({ state: 'done', messagesFound: 5 });
});

test('a source that is away is asked again after a growing pause, and at once when it is woken', async () => {
  const handle = await beginImport({ importHistory: () => progress('source') });
  await env.sleep('10 minutes');
  const tries = callsOf('importHistory').length;
  expect(tries).toBeGreaterThanOrEqual(6);
  expect(tries).toBeLessThanOrEqual(8);
  await handle.signal(wakeImportSignal);
  await eventually('a try', () => callsOf('importHistory').length > tries);
  await env.sleep('24 hours');
  expect(callsOf('importHistory').length).toBeGreaterThanOrEqual(40);
  expect(await isOpen(handle)).toBe(true);
});

test('a step that fails is told, tried again, and forgotten when one succeeds', async () => {
  let down = true;
  const handle = await beginImport({
    importHistory: () => (down ? fail('store_unavailable', true) : progress('ended', 'done')),
  });
  await env.sleep('1 minute');
  expect((await handle.query(importProgressQuery)).attention).toMatchObject({ code: 'store_unavailable' });
  down = false;
  await handle.result();
  expect((await handle.query(importProgressQuery)).attention).toBeNull();
});

test('an import that waits for its turn looks again soon', async () => {
  const handle = await beginImport({
    importHistory: (nth) => (nth < 4 ? progress('turn') : progress('ended', 'done')),
  });
  await handle.result();
  expect(callsOf('importHistory').map(({ atMs }) => Math.round(atMs / 10_000))).toEqual([0, 1, 2, 3]);
});
