import { parseArgs } from 'node:util';
import { cloudLimits, startSandboxPortal } from './portal';
import { seedContacts } from './seed-contacts';

const usage = `Usage: portal-main --port <port> --data-dir <folder> [--no-limits] [--time-scale <0..1>] [--request-limit-ms <ms>]`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'data-dir': { type: 'string' },
      'no-limits': { type: 'boolean', default: false },
      'time-scale': { type: 'string', default: '0' },
      'request-limit-ms': { type: 'string', default: '60000' },
    },
  });
  const numbers = [values.port, values['time-scale'], values['request-limit-ms']].map(Number);
  if (numbers.some((number) => !(number >= 0))) throw new Error(usage);
  const [port = 0, timeScale = 0, requestLimitMs = 60_000] = numbers;
  return {
    port,
    timeScale,
    requestLimitMs,
    dataDir: values['data-dir'] ?? null,
    hasLimits: !values['no-limits'],
  };
}

async function main(): Promise<void> {
  const { hasLimits, ...options } = readArguments();
  const portal = await startSandboxPortal({
    ...options,
    limits: hasLimits ? cloudLimits : null,
    contacts: seedContacts,
  });
  process.stdout.write(`${JSON.stringify({ url: portal.url, webhookUrl: portal.webhookUrl })}\n`);
  const stop = () => void portal.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox portal: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
