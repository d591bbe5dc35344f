import fc from 'fast-check';
import { pauseAfter, type RhythmInput } from '../../domain/rhythm';

const usual: RhythmInput = {
  intervalMs: 180_000,
  parkAfterQuietRounds: null,
  quietRounds: 0,
  retryAfterMs: null,
  elapsedMs: 0,
};

const cases: [what: string, change: Partial<RhythmInput>, pause: ReturnType<typeof pauseAfter>][] = [
  ['a round that took no time', {}, { kind: 'wait', ms: 180_000 }],
  ['a round that took 20 seconds', { elapsedMs: 20_000 }, { kind: 'wait', ms: 160_000 }],
  ['a round longer than the interval', { elapsedMs: 400_000 }, { kind: 'wait', ms: 1_000 }],
  ['something to try again soon', { retryAfterMs: 5_000 }, { kind: 'wait', ms: 5_000 }],
  ['something to try again at once', { retryAfterMs: 0 }, { kind: 'wait', ms: 0 }],
  ['a retry that was due before', { retryAfterMs: -20 }, { kind: 'wait', ms: 0 }],
  ['a retry after the next round', { retryAfterMs: 900_000 }, { kind: 'wait', ms: 180_000 }],
  ['quiet for long where nothing parks', { quietRounds: 9_999 }, { kind: 'wait', ms: 180_000 }],
  ['one quiet round too few', { parkAfterQuietRounds: 5, quietRounds: 4 }, { kind: 'wait', ms: 180_000 }],
  ['quiet for long enough', { parkAfterQuietRounds: 5, quietRounds: 5 }, { kind: 'park' }],
  [
    'quiet, but something waits for a time',
    { parkAfterQuietRounds: 5, quietRounds: 5, retryAfterMs: 7_000 },
    { kind: 'wait', ms: 7_000 },
  ],
];

test.each(cases)('%s', (_what, change, pause) => {
  expect(pauseAfter({ ...usual, ...change })).toEqual(pause);
});

test('a wait is never longer than the interval, never negative and never past what waits', () => {
  const duration = fc.integer({ min: 0, max: 10_000_000 });
  const input = fc.record({
    intervalMs: fc.integer({ min: 1_000, max: 3_600_000 }),
    parkAfterQuietRounds: fc.option(fc.integer({ min: 1, max: 100 })),
    quietRounds: fc.nat(200),
    retryAfterMs: fc.option(duration),
    elapsedMs: duration,
  });
  fc.assert(
    fc.property(input, (given) => {
      const pause = pauseAfter(given);
      if (pause.kind === 'park') {
        expect(given.retryAfterMs).toBeNull();
        return;
      }
      expect(pause.ms).toBeGreaterThanOrEqual(0);
      expect(pause.ms).toBeLessThanOrEqual(given.intervalMs);
      if (given.retryAfterMs !== null) expect(pause.ms).toBeLessThanOrEqual(given.retryAfterMs);
    }),
    { numRuns: 1_000 },
  );
});
