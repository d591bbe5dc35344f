import { parseArgs } from 'node:util';
import { peers } from './approaches';
import type { RunOptions } from './peer';

const quick = { contacts: '60', interval: '5', stretches: '2', active: '20' } as const;
const usual = { contacts: '300', interval: '10', stretches: '5', active: '16' } as const;
/** With fewer, many wait for time-outs at once, and nothing else is asked. */
const killed = { ...usual, contacts: '60', messages: '2' } as const;

/**
 * `npm run bench:peers -- [--contacts 300] [--interval 10] [--stretches 5] [--rounds 1] [--active 16] [--messages 1] [--portal-rate 5] [--quick]
 * [--only literal,naive] [--json folder] [--plot file]`: costs; `--kill`: what a SIGKILL leaves; `--kept` or `--steps 1000,2000,4000`: how many contacts are
 * kept; `--from file,file --plot file`: a picture of costs that were measured before, of each way the
 * last file's.
 */
export function readOptions() {
  const { values } = parseArgs({
    options: {
      ...{ contacts: { type: 'string' }, interval: { type: 'string' }, stretches: { type: 'string' } },
      ...{ rounds: { type: 'string' }, active: { type: 'string' }, messages: { type: 'string' } },
      ...{ 'portal-rate': { type: 'string' }, only: { type: 'string' }, steps: { type: 'string' } },
      ...{ json: { type: 'string' }, from: { type: 'string' }, plot: { type: 'string' } },
      ...{ quick: { type: 'boolean' }, kill: { type: 'boolean' }, kept: { type: 'boolean' } },
    },
  });
  const isClimb = values.kept === true || values.steps !== undefined;
  const defaults = { messages: '1', ...(values.kill ? killed : values.quick ? quick : usual) };
  const given = { ...defaults, ...values };
  const chosen = (values.only?.split(',') ?? (isClimb ? ['naive', 'literal'] : Object.keys(peers))).map(
    (name) => {
      const peer = peers[name];
      if (!peer) throw new Error(`--only takes ${Object.keys(peers).join(', ')}`);
      return peer;
    },
  );
  const run: RunOptions = {
    contacts: Number(given.contacts),
    intervalMs: Number(given.interval) * 1000,
    stretches: Number(given.stretches),
    rounds: Number(given.rounds ?? (isClimb ? 3 : 1)),
    activeShare: Number(given.active) / 100,
    messages: Number(given.messages),
    portalRate: Number(values['portal-rate'] ?? 5),
    seed: 1,
  };
  const steps = isClimb ? (values.steps?.split(',').map(Number) ?? [run.contacts]) : null;
  const { json = null, plot = null, from = null, kill: isKill = false } = values;
  return { run, chosen, steps, json, plot, from, isKill };
}
export type Options = ReturnType<typeof readOptions>;
