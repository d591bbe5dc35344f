import { parseArgs } from 'node:util';
import { startServers } from './scene/servers';
import { runSkew } from './skew/run';

/**
 * `npm run bench:skew -- [--contacts 1500] [--cost-ms 350] [--skews-ms=-2500,2500] [--seconds 240]`: two workers, one portal with a cloud
 * portal's limits at real speed. 1,500 comments at 350 ms are 525 s: more than the 480 s of ten minutes.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '1500' },
      'cost-ms': { type: 'string', default: '350' },
      'skews-ms': { type: 'string', default: '0,5000' },
      seconds: { type: 'string', default: '240' },
    },
  });
  const servers = await startServers({ temporal: true });
  try {
    const result = await runSkew({
      ...servers,
      contacts: Number(values.contacts),
      costMs: Number(values['cost-ms']),
      timeScale: 1,
      clockSkewsMs: values['skews-ms'].split(',').map(Number),
      idleMs: 30_000,
      limitMs: Number(values.seconds) * 1000,
      onProgress: (line) => process.stderr.write(`${line}\n`),
    });
    console.log(JSON.stringify(result, null, 2));
    const { lost, doubled, queryLimitExceeded, operationTimeLimit } = result;
    process.exitCode = lost + doubled + queryLimitExceeded + operationTimeLimit > 0 ? 1 : 0;
  } finally {
    await servers.stop();
  }
  process.exit();
}

void main();
