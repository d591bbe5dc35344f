import { parseArgs } from 'node:util';
import { runSandboxAccount } from './account/sandbox-account';

const usage = 'Usage: account-main --api-url <url> --admin-token-file <file> --data-dir <folder>';

function readArguments() {
  const { values } = parseArgs({
    options: {
      'api-url': { type: 'string' },
      'admin-token-file': { type: 'string' },
      'data-dir': { type: 'string' },
    },
  });
  const { 'api-url': apiUrl, 'admin-token-file': adminTokenFile, 'data-dir': dataDir } = values;
  if (apiUrl === undefined || adminTokenFile === undefined || dataDir === undefined) throw new Error(usage);
  return { apiUrl, adminTokenFile, dataDir };
}

async function main(): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGTERM', () => stopping.abort());
  process.once('SIGINT', () => stopping.abort());
  const log = (line: string) => void process.stdout.write(`sandbox account: ${line}\n`);
  await runSandboxAccount({ ...readArguments(), signal: stopping.signal, log });
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox account: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
