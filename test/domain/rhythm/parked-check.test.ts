import fc from 'fast-check';
import { clocksOf, isStampDue, oldestStampMs, type ParkedCheck } from '../../../domain/rhythm/parked-check';

const intervalMs = 180_000;
const beganMs = Date.UTC(2026, 10, 27, 1);
const check = (links: number, checkedAt = new Date(beganMs)): ParkedCheck => ({
  checkedAt,
  links,
  intervalMs,
});
const linkIds = Array.from({ length: 2_000 }, (_, index) => `link-${index}`);

test('up to ten thousand parked links are stamped by every sweep, and those that never were by any', () => {
  const lastCheckedAt = new Date(beganMs - 1);
  const now = new Date(beganMs);
  expect(isStampDue({ _id: 'a', lastCheckedAt }, check(10_000), now)).toBe(true);
  expect(isStampDue({ _id: 'a', lastCheckedAt }, undefined, now)).toBe(true);
  expect(isStampDue({ _id: 'a', lastCheckedAt: null }, check(100_000), now)).toBe(true);
  expect(oldestStampMs(check(10_000))).toBe(0);
});

test('of a hundred thousand a tenth is stamped by each sweep, and none is older than it may be', () => {
  const stamps = new Map(linkIds.map((_id) => [_id, beganMs]));
  const counts: number[] = [];
  for (let sweep = 1; sweep <= 120; sweep += 1) {
    const now = new Date(beganMs + sweep * intervalMs);
    const due = linkIds.filter((_id) =>
      isStampDue({ _id, lastCheckedAt: new Date(stamps.get(_id) ?? 0) }, check(100_000), now),
    );
    for (const _id of due) stamps.set(_id, now.getTime());
    counts.push(due.length);
    const oldestMs = now.getTime() - Math.min(...stamps.values());
    expect(oldestMs).toBeLessThanOrEqual(oldestStampMs(check(100_000)));
  }
  // After the first round, in which all had one stamp.
  const later = counts.slice(40);
  const average = later.reduce((sum, count) => sum + count, 0) / later.length;
  expect(average).toBeGreaterThan(linkIds.length / 20);
  expect(average).toBeLessThan(linkIds.length / 7);
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
