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
export const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
