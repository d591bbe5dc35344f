import { parseArgs } from 'node:util';
import { runDelivery, toReport, type DeliveryResult } from './delivery/run';
import { runThroughTemporal } from './delivery/through-temporal';
import { startServers } from './scene/servers';

/** `npm run bench:delivery -- [--contacts 5000] [--cost-ms 85] [--runs 1] [--concurrency 400] [--through direct|temporal]`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '5000' },
      'cost-ms': { type: 'string', default: '85' },
      runs: { type: 'string', default: '1' },
      concurrency: { type: 'string', default: '400' },
      through: { type: 'string', default: 'direct' },
    },
  });
  const [contacts, costMs, runs, concurrency] = [
    values.contacts,
    values['cost-ms'],
    values.runs,
    values.concurrency,
  ].map(Number) as [number, number, number, number];
  const results: DeliveryResult[] = [];
  for (let run = 1; run <= runs; run += 1) {
    // Fresh servers for each run: nothing of the one before is in any cache.
    const isThroughTemporal = values.through === 'temporal';
    const servers = await startServers({ temporal: isThroughTemporal });
    try {
      const options = { ...servers, contacts, costMs, concurrency };
      const result = await (isThroughTemporal ? runThroughTemporal(options) : runDelivery(options));
      results.push(result);
      console.log(`run ${run} (MongoDB: ${servers.mongoKind})\n${toReport(result)}`);
    } finally {
      await servers.stop();
    }
  }
  const times = results.map(({ catchUpMs }) => catchUpMs).sort((a, b) => a - b);
  console.log(`median catch-up ${((times[times.length >> 1] ?? 0) / 1000).toFixed(1)} s of ${runs} runs`);
  process.exit(0);
}

void main();
