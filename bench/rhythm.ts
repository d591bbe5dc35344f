import { parseArgs } from 'node:util';
import { contactsAt70, toReport } from './rhythm/report';
import { runRhythm, type RhythmResult } from './rhythm/run';
import { ways, type Way } from './rhythm/scene';

/**
 * The cost of looking every few minutes whether something waits, in three ways:
 * `npm run bench:rhythm -- [--contacts 2000] [--interval 30] [--rounds 6] [--warm-up 2] [--outage 0] [--way naive,timed,retried]`.
 * Seconds. `--outage`: in the end the worker is killed and away for so long, and every link is to be looked at again.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '2000' },
      interval: { type: 'string', default: '30' },
      rounds: { type: 'string', default: '6' },
      'warm-up': { type: 'string', default: '2' },
      outage: { type: 'string', default: '0' },
      way: { type: 'string', default: ways.join(',') },
    },
  });
  const chosen = values.way.split(',').filter((way): way is Way => (ways as readonly string[]).includes(way));
  const results: RhythmResult[] = [];
  for (const way of chosen) {
    const options = {
      contacts: Number(values.contacts),
      intervalMs: Number(values.interval) * 1_000,
      rounds: Number(values.rounds),
      warmUp: Number(values['warm-up']),
      outageMs: Number(values.outage) * 1_000,
    };
    const result = await runRhythm(way, options);
    results.push(result);
    process.stderr.write(`${toReport(result)}\n`);
  }
  process.stdout.write(`${results.map(toReport).join('\n')}\n`);
  const naive = results.find(({ way }) => way === 'naive');
  for (const result of results)
    if (naive && result !== naive)
      process.stdout.write(
        `${result.way} keeps ${(contactsAt70(result) / contactsAt70(naive)).toFixed(1)} times the contacts of naive\n`,
      );
  process.exit(0);
}

void main();
