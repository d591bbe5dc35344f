import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peers } from './peers/approaches';
import { toPicture } from './peers/figures/plot';
import { toCoresTable, toStepsTable, toTable, type Outcome } from './peers/figures/table';
import { Missing, type Peer, type RunOptions } from './peers/peer';
import { runPeer } from './peers/run';
import { runSteps, type Step } from './peers/steps';
import { startStore, type StoreServer } from './peers/servers/store';

const say = (line: string) => process.stderr.write(`${line}\n`);

/**
 * `npm run bench:peers -- [--contacts 1000] [--interval 30] [--rounds 2] [--active 2] [--messages 2] [--runs 1] [--kill] [--only literal,naive]
 * [--json folder] [--plot file]`; with `--steps 1000,2000,4000` it is asked how many contacts are kept.
 */
function readOptions() {
  const { values } = parseArgs({
    options: {
      contacts: { type: 'string', default: '1000' },
      interval: { type: 'string', default: '30' },
      rounds: { type: 'string', default: '2' },
      active: { type: 'string', default: '2' },
      messages: { type: 'string', default: '2' },
      runs: { type: 'string', default: '1' },
      kill: { type: 'boolean', default: false },
      only: { type: 'string' },
      steps: { type: 'string' },
      json: { type: 'string' },
      plot: { type: 'string' },
    },
  });
  const usual = values.steps === undefined ? Object.keys(peers) : ['literal', 'naive'];
  const chosen = (values.only?.split(',') ?? usual).map((name) => {
    const peer = peers[name];
    if (!peer) throw new Error(`--only takes ${Object.keys(peers).join(', ')}`);
    return peer;
  });
  const run: RunOptions = {
    contacts: Number(values.contacts),
    intervalMs: Number(values.interval) * 1000,
    rounds: Number(values.rounds),
    activeShare: Number(values.active) / 100,
    messages: Number(values.messages),
    kills: values.kill ? 1 : 0,
    seed: 1,
  };
  const steps = values.steps?.split(',').map(Number) ?? null;
  return {
    run,
    runs: Number(values.runs),
    chosen,
    steps,
    json: values.json ?? null,
    plot: values.plot ?? null,
  };
}
type Options = ReturnType<typeof readOptions>;

async function tryPeer(peer: Peer, store: StoreServer, options: RunOptions, runs: number): Promise<Outcome> {
  const outcome: Outcome = { name: peer.name, durability: peer.durability, runs: [], missing: null };
  for (let run = 1; run <= runs; run += 1) {
    say(`${peer.name}, run ${run} of ${runs}, load ${loadavg()[0]?.toFixed(1)}`);
    try {
      const result = await runPeer(peer, store, { ...options, seed: run });
      outcome.runs.push(result);
      say(JSON.stringify(result));
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      return { ...outcome, missing: error.message };
    }
  }
  return outcome;
}

const loadNow = () => (loadavg()[0] ?? 0).toFixed(1);

async function compare(store: StoreServer, { run, runs, chosen, json, plot }: Options): Promise<string> {
  const loadBefore = loadNow();
  const outcomes: Outcome[] = [];
  for (const peer of chosen) outcomes.push(await tryPeer(peer, store, run, runs));
  if (json !== null) {
    mkdirSync(json, { recursive: true });
    writeFileSync(join(json, `peers-${Date.now()}.json`), JSON.stringify({ run, outcomes }, null, 2));
  }
  const { contacts, intervalMs, rounds, activeShare, messages } = run;
  const lines = outcomes.flatMap(({ name, runs: [first] }) => (first ? [{ name, costs: first.costs }] : []));
  if (plot !== null) writeFileSync(plot, toPicture(lines, activeShare));
  return [
    `${contacts} contacts, a check every ${intervalMs / 1000} s, ${rounds} rounds idle and ${rounds} with ${activeShare * 100} % active (${messages} messages each), runs: ${runs}; store: ${store.kind}; load ${loadBefore} before, ${loadNow()} after`,
    toTable(outcomes),
    toCoresTable(outcomes, activeShare),
  ].join('\n\n');
}

async function climb(
  store: StoreServer,
  steps: readonly number[],
  { run, chosen }: Options,
): Promise<string> {
  const climbs: { name: string; steps: Step[] }[] = [];
  for (const peer of chosen) {
    say(`${peer.name}, load ${loadNow()}`);
    climbs.push({ name: peer.name, steps: await runSteps(peer, store, { ...run, contacts: steps }) });
  }
  const kept = climbs.map(({ name, steps: climbed }) => {
    const most = Math.max(
      0,
      ...climbed.filter(({ isKept }) => isKept).map(({ roundsPerSecond }) => roundsPerSecond),
    );
    return `${name}: ${most.toFixed(0)} rounds a second kept, ${Math.round(most * 180)} contacts at three minutes by that`;
  });
  return [toStepsTable(climbs), ...kept].join('\n\n');
}

async function main(): Promise<void> {
  const options = readOptions();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-peers-store-'));
  const store = await startStore(folder);
  try {
    const { steps } = options;
    console.log(steps ? await climb(store, steps, options) : await compare(store, options));
  } finally {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
