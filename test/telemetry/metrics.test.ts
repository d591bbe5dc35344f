import { createMetrics, createStateGauges, type Standing } from '../../telemetry';

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

test('what cannot be read is missing, and said to be, instead of standing there as it was', async () => {
  const { registry } = createMetrics();
  const gauges = createStateGauges(registry);
  const standing: Standing = {
    links: { linked: 3 },
    needAttention: { refused: 1 },
    reviews: { conflict: 2 },
    waitingMessages: 5,
    oldestWaitingSeconds: 7,
    budgetUsed: { requests: 0.5, methodTime: 0.25 },
    sources: { connected: 1 },
    webhooks: { 'set-aside': 1 },
    sourceAgeSeconds: { waha: 60 },
  };
  const ours = async () =>
    (await registry.metrics())
      .split('\n')
      .filter(
        (line) =>
          /^(links|reviews|waiting|oldest|portal|source|state)\w*[{ ]/.test(line) && !/_total/.test(line),
      );
  gauges.show(standing);
  expect(await ours()).toEqual([
    'state_figures_up 1',
    'links{state="linked"} 3',
    'links_needing_attention{code="refused"} 1',
    'reviews_open{kind="conflict"} 2',
    'waiting_messages 5',
    'oldest_waiting_seconds 7',
    'portal_budget_used_ratio{budget="requests"} 0.5',
    'portal_budget_used_ratio{budget="method_time"} 0.25',
    'sources{state="connected"} 1',
    'source_last_event_age_seconds{kind="waha"} 60',
  ]);
  gauges.show({ ...standing, needAttention: {} });
  expect(await ours()).toHaveLength(9);
  gauges.show(null);
  expect(await ours()).toEqual(['state_figures_up 0']);
});
