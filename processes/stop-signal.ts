import { once } from 'node:events';
import type { Logger } from '../telemetry';

/** Whoever runs us kills after 30 s. What is still under way by then is done again by the next process, as after a kill. */
const longestStopMs = 25_000;

/** Aborted by the first SIGTERM or SIGINT. The second one ends the process at once, and so does a stop that hangs. */
export function createStopSignal(logger: Logger, stopMs = longestStopMs): AbortSignal {
  const controller = new AbortController();
  const giveUp = () => {
    const resources = process.getActiveResourcesInfo();
    logger.error({ stopMs, resources }, 'Stopping took too long: ended before all was closed');
    process.exit(1);
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      logger.info({ signal: name }, 'Finishing what is under way, then stopping');
      setTimeout(giveUp, stopMs).unref();
      controller.abort();
    });
  }
  return controller.signal;
}

/** Resolves once the process is told to stop. */
export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
