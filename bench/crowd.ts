import { parseArgs } from 'node:util';
import { runCrowd } from './crowd/run';

/**
 * `npm run bench:crowd -- [--contacts 100000] [--active 2] [--park 0] [--lost] [--cached 500] [--stretches idle,active,outage,cold] [--idle-seconds 180]
 * [--active-seconds 240] [--outage-seconds 600]`: many contacts linked and parked, some of whom write in every three minutes, in the processes
 * of a build. `--lost`: no workflow is open for anybody, as after a restore. `--cached`: so many workflows the worker keeps in memory; the others are read anew. The store is MONGODB_URI, else the one that `npm start` would find.
 */
const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '100000' },
    active: { type: 'string', default: '2' },
    park: { type: 'string', default: '0' },
    lost: { type: 'boolean', default: false },
    cached: { type: 'string', default: '500' },
    stretches: { type: 'string', default: 'idle,active,outage,cold' },
    'idle-seconds': { type: 'string', default: '180' },
    'active-seconds': { type: 'string', default: '240' },
    'outage-seconds': { type: 'string', default: '600' },
  },
});

void runCrowd({
  contacts: Number(values.contacts),
  activePercent: Number(values.active),
  parkAfterQuietRounds: values.park,
  lost: values.lost,
  cachedWorkflows: values.cached,
  stretches: values.stretches.split(','),
  idleMs: Number(values['idle-seconds']) * 1_000,
  activeMs: Number(values['active-seconds']) * 1_000,
  outageMs: Number(values['outage-seconds']) * 1_000,
}).then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
