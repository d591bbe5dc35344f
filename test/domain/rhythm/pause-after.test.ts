import fc from 'fast-check';
import {
  pauseAfter,
  pauseOfChange,
  pauseOfRefusal,
  type RhythmInput,
} from '../../../domain/rhythm/pause-after';

const usual: RhythmInput = {
  intervalMs: 180_000,
  parkAfterQuietRounds: null,
  quietRounds: 0,
  retryAfterMs: null,
  retries: 0,
  elapsedMs: 0,
};

const cases: [what: string, change: Partial<RhythmInput>, pause: ReturnType<typeof pauseAfter>][] = [
  ['a round that took no time', {}, { kind: 'wait', ms: 180_000 }],
  ['a round that took 20 seconds', { elapsedMs: 20_000 }, { kind: 'wait', ms: 160_000 }],
  ['a round longer than the interval', { elapsedMs: 400_000 }, { kind: 'wait', ms: 1_000 }],
  ['something to try again soon', { retryAfterMs: 5_000 }, { kind: 'wait', ms: 5_000 }],
  ['something to try again at once', { retryAfterMs: 0, retries: 1 }, { kind: 'wait', ms: 1_000 }],
  ['a retry that was due before', { retryAfterMs: -20, retries: 1 }, { kind: 'wait', ms: 1_000 }],
  ['a fourth retry in a row at once', { retryAfterMs: 0, retries: 4 }, { kind: 'wait', ms: 8_000 }],
  ['retries without end', { retryAfterMs: 0, retries: 400 }, { kind: 'wait', ms: 180_000 }],
  ['a retry after the next round', { retryAfterMs: 900_000 }, { kind: 'wait', ms: 180_000 }],
  ['quiet for long where nothing parks', { quietRounds: 9_999 }, { kind: 'wait', ms: 180_000 }],
  ['one quiet round too few', { parkAfterQuietRounds: 5, quietRounds: 4 }, { kind: 'wait', ms: 180_000 }],
  ['quiet for long enough', { parkAfterQuietRounds: 5, quietRounds: 5 }, { kind: 'park' }],
  [
    'what woke it is on its page, where nothing more is looked for',
    { parkAfterQuietRounds: 0 },
    { kind: 'park' },
  ],
  [
    'quiet, but something waits for a time',
    { parkAfterQuietRounds: 5, quietRounds: 5, retryAfterMs: 7_000 },
    { kind: 'wait', ms: 7_000 },
  ],
];

test.each(cases)('%s', (_what, change, pause) => {
  expect(pauseAfter({ ...usual, ...change })).toEqual(pause);
});

test('a wait is never longer than the interval, never over before it began, and past what waits only by its growing pause', () => {
  const duration = fc.integer({ min: 0, max: 10_000_000 });
  const input = fc.record({
    intervalMs: fc.integer({ min: 1_000, max: 3_600_000 }),
    parkAfterQuietRounds: fc.option(fc.nat(100)),
    quietRounds: fc.nat(200),
    retryAfterMs: fc.option(duration),
    retries: fc.integer({ min: 1, max: 2_000 }),
    elapsedMs: duration,
  });
  fc.assert(
    fc.property(input, (given) => {
      const pause = pauseAfter(given);
      if (pause.kind === 'park') {
        expect(given.retryAfterMs).toBeNull();
        return;
      }
      expect(pause.ms).toBeGreaterThanOrEqual(1_000);
      expect(pause.ms).toBeLessThanOrEqual(given.intervalMs);
      if (given.retryAfterMs === null) return;
      expect(pause.ms).toBeLessThanOrEqual(Math.max(given.retryAfterMs, 1_000 * 2 ** (given.retries - 1)));
    }),
    { numRuns: 1_000 },
  );
});

test('the pause of an unfinished change doubles from 10 seconds to a quarter of an hour', () => {
  const seconds = [1, 2, 3, 7, 8, 5_000].map((tries) => pauseOfChange(tries, null) / 1_000);
  expect(seconds).toEqual([10, 20, 40, 640, 900, 900]);
});

test('a change is never tried sooner than the portal allows', () => {
  expect([pauseOfChange(1, 3_000), pauseOfChange(1, 70_000), pauseOfChange(20, 3_600_000)]).toEqual([
    10_000, 70_000, 3_600_000,
  ]);
});

test('the pause of a refused contact doubles from a minute to a day', () => {
  const minutes = [1, 2, 5, 11, 12, 900].map((refusals) => pauseOfRefusal(refusals) / 60_000);
  expect(minutes).toEqual([1, 2, 16, 1_024, 1_440, 1_440]);
});
