import { PortalUnreachableError, ReauthoriseError } from '../../../bitrix24/errors';
import { createPacing } from '../../../bitrix24/pacing/pacing';
import { createMemoryBudgets } from '../memory-budgets';

const minute = 60_000;
const acquire = { lane: 'live', commands: ['crm.timeline.comment.add'] } as const;

/** Two processes with one budget, whose clock a test turns. */
function startProcesses(credentials = 'a') {
  let nowMs = Date.now();
  const storage = createMemoryBudgets();
  const sleep = () => Promise.resolve();
  const open = (of = credentials) =>
    createPacing({ portalId: 'p', storage, credentials: of, now: () => nowMs, sleep });
  return { processes: [open(), open()], open, pass: (ms: number) => (nowMs += ms) };
}

/** Tries every 100 ms, by turns in two processes, for a time; gives when a request was let through. */
async function tryFor(ms: number, scene: ReturnType<typeof startProcesses>, error: Error): Promise<number[]> {
  const tries: number[] = [];
  for (let atMs = 0; atMs < ms; atMs += 100) {
    scene.pass(100);
    const permit = await scene.processes[(atMs / 100) % 2]?.acquire(acquire).catch(() => null);
    if (!permit) continue;
    tries.push(atMs);
    await permit.failed(error);
  }
  return tries;
}

test('a portal that is down for ten minutes is asked a few times, more and more rarely, and a minute apart at most', async () => {
  const scene = startProcesses();
  const tries = await tryFor(10 * minute, scene, new PortalUnreachableError({ code: 'ECONNREFUSED' }));
  expect(tries.length).toBeGreaterThanOrEqual(10);
  expect(tries.length).toBeLessThanOrEqual(17);
  const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  expect(Math.max(...pauses)).toBeLessThanOrEqual(minute + 200);
  scene.pass(minute);
  const permit = await scene.processes[0]?.acquire(acquire);
  await permit?.answered({ envelope: null, commands: [] });
  await expect(Promise.all(scene.processes.map((pacing) => pacing.acquire(acquire)))).resolves.toHaveLength(
    2,
  );
});

test('withdrawn access is tried every few minutes; new credentials are tried at once', async () => {
  const scene = startProcesses();
  const tries = await tryFor(10 * minute, scene, new ReauthoriseError({ code: 'invalid_token' }));
  expect(tries.length).toBe(4);
  await expect(scene.processes[0]?.acquire(acquire)).rejects.toMatchObject({ name: 'ReauthoriseError' });
  await expect(scene.open('b').acquire(acquire)).resolves.toBeDefined();
});

test('while one try is under way no other goes', async () => {
  const scene = startProcesses();
  await tryFor(100, scene, new PortalUnreachableError({ code: 'ECONNREFUSED' }));
  scene.pass(2_000);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, async (_, index) => scene.processes[index % 2]?.acquire(acquire)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
