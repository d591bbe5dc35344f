import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../store/store';
import { createStateGauges, toLoggable, type Logger, type Metrics } from '../../telemetry';
import { loadStanding } from './standing';

const waitMs = 4_000;
/** However many ask, the store is asked this often at most. */
const sameForMs = 10_000;

interface Given {
  store: Store;
  metrics: Metrics;
  logger: Logger;
}

/** The text of `/metrics`: the process's own counters, and how everything stands as the store says; without the store, the counters alone. */
export function createMetricsPage({ store, metrics: { registry }, logger }: Given): () => Promise<string> {
  const gauges = createStateGauges(registry);
  let last: { at: number; shown: Promise<void> } | null = null;

  async function look(): Promise<void> {
    try {
      const standing = loadStanding(store, Date.now());
      gauges.show(await Promise.race([standing, sleep(waitMs, null, { ref: false })]));
    } catch (error) {
      gauges.show(null);
      logger.warn(toLoggable(error), 'the figures of the store cannot be read now');
    }
  }

  return async () => {
    const at = performance.now();
    if (!last || at - last.at > sameForMs) last = { at, shown: look() };
    await last.shown;
    return registry.metrics();
  };
}
