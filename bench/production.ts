import { parseArgs } from 'node:util';
import { runProduction } from './production/run';

/** `npm run bench:production -- [--times 2] [--contacts 40] [--rate 5] [--calm 8000]`: the Compose file's processes, killed in turn, then upgraded. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      times: { type: 'string', default: '2' },
      contacts: { type: 'string', default: '40' },
      rate: { type: 'string', default: '5' },
      calm: { type: 'string', default: '8000' },
    },
  });
  const result = await runProduction({
    times: Number(values.times),
    contacts: Number(values.contacts),
    messagesPerSecond: Number(values.rate),
    calmMs: Number(values.calm),
    say: (line) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
  });
  console.log(JSON.stringify(result, null, 2));
  process.exit(result.lost + result.doubled > 0 ? 1 : 0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
