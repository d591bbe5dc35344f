import { once } from 'node:events';
import type { Logger } from '../telemetry';

/** Aborted by the first SIGTERM or SIGINT; the second one ends the process at once. */
export function createStopSignal(logger: Logger): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      logger.info({ signal: name }, 'Finishing what is under way, then stopping');
      controller.abort();
    });
  }
  return controller.signal;
}

/** Resolves once the process is told to stop. */
export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
