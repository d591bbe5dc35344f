import { fillOf, runDelivery } from '../../bench/delivery/run';
import { mongoUri } from '../helpers/servers';

test("a backlog drains in shared batches and never over the portal's limits", async () => {
  const mongoUrl = mongoUri('any').replace(/\/any$/, '');
  const result = await runDelivery({ mongoUrl, contacts: 120, costMs: 85, concurrency: 120 });
  const { stats, delivered } = result;
  expect(delivered).toBe(120);
  expect({ 503: stats.queryLimitExceeded, 429: stats.operationTimeLimit }).toEqual({ 503: 0, 429: 0 });
  expect(Object.keys(stats.statuses)).toEqual(['200']);
  // How full they are on a quiet machine is the benchmark's to say: carriers that wait for a processor come one by one.
  expect(fillOf(stats)).toBeGreaterThanOrEqual(20);
});
