import { parseArgs } from 'node:util';
import { startServers } from './scene/servers';
import { runOutage, type OutageKind } from './outage/run';

const kinds: readonly OutageKind[] = ['refused', 'hanging', 'mute', '502'];

/** `npm run bench:outage -- [--minutes 10] [--contacts 200] [--kind refused|hanging|mute|502] [--rate 2] [--verbose]`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      contacts: { type: 'string', default: '200' },
      kind: { type: 'string', default: 'refused' },
      rate: { type: 'string', default: '2' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const kind = kinds.find((known) => known === values.kind);
  if (!kind) throw new Error(`--kind is one of ${kinds.join(', ')}`);
  const servers = await startServers({ temporal: true });
  try {
    const { samples, ...result } = await runOutage({
      ...servers,
      kind,
      contacts: Number(values.contacts),
      outageMs: Number(values.minutes) * 60_000,
      messagesPerSecond: Number(values.rate),
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    console.log(JSON.stringify(values.verbose ? { ...result, samples } : result, null, 2));
    process.exitCode = result.lost + result.doubled + result.outOfOrder > 0 ? 1 : 0;
  } finally {
    await servers.stop();
  }
  process.exit();
}

void main();
