import { createMetrics } from '../../telemetry';

test('each process has a registry of its own with our counters and those of Node', async () => {
  const [one, other] = [createMetrics(), createMetrics()];
  one.messagesIngested.inc({ source: 'waha', outcome: 'accepted' }, 2);
  one.httpDurationSeconds.observe({ route: '/links/:id' }, 0.03);
  const shown = await one.registry.metrics();
  expect(shown).toContain('messages_ingested_total{source="waha",outcome="accepted"} 2');
  expect(shown).toContain('http_request_duration_seconds_bucket{le="0.1",route="/links/:id"} 1');
  expect(shown).toContain('process_cpu_seconds_total');
  for (const name of ['entries_total', 'bitrix24_requests_total', 'rounds_total', 'http_requests_total']) {
    expect(shown).toContain(`# TYPE ${name} counter`);
  }
  expect(await other.registry.metrics()).not.toContain('accepted');
});
