import fc from 'fast-check';
import { phaseOf, untilPhaseMs } from '../../../domain/rhythm/phase';

const intervalMs = 180_000;
const ids = Array.from({ length: 10_000 }, (_, index) => index.toString(16).padStart(24, '0'));

test('links whose ids differ by one are spread flat over the interval: no second has twice its share', () => {
  const perSecond = new Map<number, number>();
  for (const id of ids) {
    const second = Math.floor((phaseOf(id) * intervalMs) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  expect(perSecond.size).toBe(180);
  expect(Math.max(...perSecond.values())).toBeLessThan((2 * ids.length) / 180);
});

test('after everything stood still the rounds come back one after the other, and all within one interval', () => {
  const backAtMs = Date.parse('2026-11-26T12:34:56.789Z');
  const untils = ids.map((id) => untilPhaseMs(id, intervalMs, backAtMs));
  const within = (fromMs: number, toMs: number) => untils.filter((ms) => ms >= fromMs && ms < toMs).length;
  for (let fromMs = 10_000; fromMs < intervalMs; fromMs += 10_000)
    expect(within(fromMs, fromMs + 10_000) / (ids.length / 18)).toBeCloseTo(1, 0);
  expect(Math.max(...untils)).toBeLessThanOrEqual(intervalMs + 5_000);
});

const anyId = fc.uuid();
const anyTime = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const anyInterval = fc.integer({ min: 100, max: 86_400_000 });

test('a link comes to the same place in every interval, however long its rounds take, and never twice for one place', () => {
  fc.assert(
    fc.property(
      anyId,
      anyTime,
      anyInterval,
      fc.double({ min: 0, max: 0.9, noNaN: true }),
      (id, atMs, every, late) => {
        const first = atMs + untilPhaseMs(id, every, atMs);
        const slackMs = Math.min(every / 20, 5_000);
        expect(first - atMs).toBeGreaterThan(slackMs);
        expect(first - atMs).toBeLessThanOrEqual(every + slackMs + 1);
        // The round of that place begins late, or a little early by another machine's clock.
        const startedMs = first + Math.floor(late * every);
        expect(
          Math.abs(startedMs + untilPhaseMs(id, every, startedMs) - (first + every)),
        ).toBeLessThanOrEqual(startedMs + slackMs >= first + every ? every + 2 : 2);
        const earlyMs = first - Math.floor(slackMs / 2);
        expect(Math.abs(earlyMs + untilPhaseMs(id, every, earlyMs) - (first + every))).toBeLessThanOrEqual(2);
      },
    ),
  );
});
