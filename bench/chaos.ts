import { parseArgs } from 'node:util';
import { startServers } from './scene/servers';
import { listFailures, runChaos } from './chaos/run';

/** `npm run bench:chaos -- [--kills 100] [--contacts 200] [--rate 8] [--uploads 12]`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      contacts: { type: 'string', default: '200' },
      rate: { type: 'string', default: '8' },
      uploads: { type: 'string', default: '12' },
    },
  });
  const servers = await startServers({ temporal: true });
  try {
    const result = await runChaos({
      ...servers,
      kills: Number(values.kills),
      contacts: Number(values.contacts),
      messagesPerSecond: Number(values.rate),
      uploads: Number(values.uploads),
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    console.log(JSON.stringify(result, null, 2));
    const failures = listFailures(result);
    if (failures.length > 0) console.error(`Failed: ${failures.join('; ')}.`);
    process.exitCode = failures.length > 0 ? 1 : 0;
  } finally {
    await servers.stop();
  }
  process.exit();
}

void main();
