import { PortalBlockedError, PortalGoneError, ReauthoriseError } from '../../../bitrix24/errors';
import { createPacing } from '../../../bitrix24/pacing/pacing';
import { createMemoryBudgets } from '../memory-budgets';

const minuteMs = 60_000;

/** Two processes of one portal, on a clock that a test moves. */
function openTwo() {
  const clock = { nowMs: Date.UTC(2026, 10, 22, 12) };
  const storage = createMemoryBudgets();
  const open = () => createPacing({ portalId: 'p', storage, now: () => clock.nowMs });
  const [one, other] = [open(), open()];
  const acquire = (pacing = one) => pacing.acquire({ lane: 'live', commands: ['server.time'] });
  return { clock, one, other, acquire };
}

const blocked = () => new PortalBlockedError({ code: 'OVERLOAD_LIMIT' });

test.each([
  ['was blocked', blocked],
  ['was removed', () => new PortalGoneError({ code: 'PORTAL_DELETED' })],
  ['refuses our access', () => new ReauthoriseError({ code: 'NO_AUTH_FOUND' })],
])(
  'a portal that %s is tried after a minute, then less and less, every 15 minutes at least',
  async (_what, toError) => {
    const { clock, one, acquire } = openTwo();
    const begunMs = clock.nowMs;
    const pauses: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      await (await acquire()).failed(toError());
      const outage = await one.outage();
      expect(outage?.sinceMs).toBe(begunMs);
      pauses.push(((outage?.untilMs ?? 0) - clock.nowMs) / minuteMs);
      await expect(acquire()).rejects.toMatchObject({ nextProbeMs: (outage?.untilMs ?? 0) - clock.nowMs });
      clock.nowMs = outage?.untilMs ?? 0;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 15, 15, 15]);
  },
);

test('a person who asks ends the pause for all processes, and many who ask are one try', async () => {
  const { clock, one, other, acquire } = openTwo();
  await (await acquire()).failed(blocked());
  clock.nowMs += 5_000;
  await expect(acquire(other)).rejects.toThrow(PortalBlockedError);
  await Promise.all([one.endPause(), other.endPause(), one.endPause()]);
  const permit = await acquire(other);
  await one.endPause();
  await expect(acquire(one)).rejects.toThrow(PortalBlockedError);
  await permit.failed(blocked());
  await one.endPause();
  await expect(acquire(one)).rejects.toThrow(PortalBlockedError);
  clock.nowMs += 5_000;
  await one.endPause();
  await (await acquire(one)).answered({ envelope: null, commands: [] });
  expect(await other.outage()).toBeNull();
  await acquire(other);
});

test('a try that was never answered, of a process that died, keeps nobody out for long', async () => {
  const { clock, one, acquire } = openTwo();
  for (let tries = 0; tries < 6; tries += 1) {
    await (await acquire()).failed(blocked());
    clock.nowMs = (await one.outage())?.untilMs ?? 0;
  }
  await acquire();
  clock.nowMs += 2 * minuteMs;
  await acquire();
});
