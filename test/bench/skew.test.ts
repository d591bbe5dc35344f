import { runSkew } from '../../bench/skew/run';
import { mongoUri, temporalAddress } from '../helpers/servers';

test("two workers whose clocks are 5 s apart use one portal's limits up, and stay within them together", async () => {
  // Comments of 4 s go two in a request: 108 of them, in 54 requests, reach the lines of both limits.
  const result = await runSkew({
    mongoUrl: mongoUri('any').replace(/\/any$/, ''),
    temporalAddress: temporalAddress(),
    contacts: 130,
    costMs: 4_000,
    timeScale: 0.005,
    clockSkewsMs: [-2_500, 2_500],
    idleMs: 6_000,
    limitMs: 90_000,
  });
  const { queryLimitExceeded, operationTimeLimit, lost, doubled, onPage, waiting } = result;
  expect({ 503: queryLimitExceeded, 429: operationTimeLimit }).toEqual({ 503: 0, 429: 0 });
  expect(Object.keys(result.statuses)).toEqual(['200']);
  expect({ lost, doubled, all: onPage + waiting }).toEqual({ lost: 0, doubled: 0, all: 130 });
  expect(result.usedSeconds).toBeLessThanOrEqual(0.9 * 480);
  expect(result.usedSeconds).toBeGreaterThanOrEqual(0.85 * 480);
  expect(result.bucketPeak).toBeLessThanOrEqual(50);
  expect(Object.values(result.byWorker).filter((comments) => comments > 10)).toHaveLength(2);
});
