import { runOutage } from '../../bench/outage/run';
import { mongoUri, temporalAddress } from '../helpers/servers';

test('a portal that nobody answers at is asked a few times only, and when it is back every message comes to its page once', async () => {
  const result = await runOutage({
    mongoUrl: mongoUri('any').replace(/\/any$/, ''),
    temporalAddress: temporalAddress(),
    contacts: 24,
    kind: 'refused',
    outageMs: 8_000,
    messagesPerSecond: 4,
    settings: {
      backupIntervalMs: 1_000,
      portalRequestLimitMs: 3_000,
      writeWindowMs: 1_000,
      clockMarginMs: 300,
    },
  });
  const { lost, doubled, outOfOrder, messages } = result;
  expect({ lost, doubled, outOfOrder }).toEqual({ lost: 0, doubled: 0, outOfOrder: 0 });
  expect(messages).toBeGreaterThan(20);
  // At once, after 1, 2 and 4 seconds more, and whatever was under way when it began.
  expect(result.requestsWhileAway.length).toBeGreaterThanOrEqual(3);
  expect(result.requestsWhileAway.length).toBeLessThanOrEqual(7);
  expect(result.samples.some(({ attention }) => (attention['portal_unreachable'] ?? 0) > 0)).toBe(true);
  expect(result.samples.at(-1)?.attention).toEqual({});
});
