import fc from 'fast-check';
import { clocksOf, oldestStampMs, stampsDue, type ParkedCheck } from '../../../domain/rhythm/parked-check';

const intervalMs = 180_000;
const beganMs = Date.UTC(2026, 10, 27, 1);
const check = (links: number, checkedAt = new Date(beganMs)): ParkedCheck => ({
  checkedAt,
  links,
  intervalMs,
});

test('up to ten thousand parked links are stamped by every sweep', () => {
  const now = new Date(beganMs);
  expect(stampsDue(10_000, intervalMs, now)).toEqual({ before: now, most: Infinity });
  expect(oldestStampMs(check(10_000))).toBe(0);
});

test('of more a bounded number is stamped by each sweep, and none is older than it may be, whichever of those that are due are taken', () => {
  const links = 20_000;
  const stamps = new Float64Array(links).fill(beganMs);
  for (let sweep = 1; sweep <= 60; sweep += 1) {
    const now = new Date(beganMs + sweep * intervalMs);
    const { before, most } = stampsDue(links, intervalMs, now);
    let stamped = 0;
    // Now the first that are due, now the last ones.
    for (let nth = 0; nth < links && stamped < most; nth += 1) {
      const index = sweep % 2 === 0 ? nth : links - 1 - nth;
      if ((stamps[index] ?? 0) >= before.getTime()) continue;
      stamps[index] = now.getTime();
      stamped += 1;
    }
    expect(stamped).toBeLessThan(links / 6);
    expect(now.getTime() - Math.min(...stamps)).toBeLessThanOrEqual(oldestStampMs(check(links)));
  }
});

test('a look at all of them counts for parked links for which nothing waits, and no clock goes back', () => {
  const time = fc.option(fc.date({ noInvalidDate: true }));
  const property = fc.property(
    time,
    time,
    fc.date({ noInvalidDate: true }),
    fc.boolean(),
    (sync, seen, at, waits) => {
      const link = { state: 'linked', rhythm: 'parked', lastSyncAt: sync, lastCheckedAt: seen } as const;
      const clocks = clocksOf(link, check(1, at), waits);
      if (waits) expect(clocks).toEqual({ lastSyncAt: sync, lastCheckedAt: seen });
      else
        expect(clocks).toEqual({
          lastSyncAt: sync && sync > at ? sync : at,
          lastCheckedAt: seen && seen > at ? seen : at,
        });
      expect(clocksOf({ ...link, rhythm: 'rounds' }, check(1, at), false).lastSyncAt).toBe(sync);
      expect(clocksOf({ ...link, state: 'unlinking' }, check(1, at), false).lastCheckedAt).toBe(seen);
      expect(clocksOf(link, undefined, false).lastSyncAt).toBe(sync);
    },
  );
  fc.assert(property);
});
