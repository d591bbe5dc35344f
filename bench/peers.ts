import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peers } from './peers/approaches';
import { toCoresTable, toTable, type Outcome } from './peers/figures/table';
import { Missing, type Peer, type RunOptions } from './peers/peer';
import { runPeer } from './peers/run';
import { startStore, type StoreServer } from './peers/servers/store';

const say = (line: string) => process.stderr.write(`${line}\n`);

/** `npm run bench:peers -- [--contacts 1000] [--interval 30] [--rounds 2] [--active 2] [--runs 1] [--kills 1] [--only literal,naive] [--json folder]` */
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
      only: { type: 'string', default: Object.keys(peers).join(',') },
      json: { type: 'string' },
    },
  });
  const chosen = values.only.split(',');
  const unknown = chosen.filter((name) => !peers[name]);
  if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(peers).join(', ')}`);
  const run: RunOptions = {
    contacts: Number(values.contacts),
    intervalMs: Number(values.interval) * 1000,
    rounds: Number(values.rounds),
    activeShare: Number(values.active) / 100,
    messages: Number(values.messages),
    kills: values.kill ? 1 : 0,
    seed: 1,
  };
  return { run, runs: Number(values.runs), chosen, json: values.json ?? null };
}

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

async function main(): Promise<void> {
  const { run, runs, chosen, json } = readOptions();
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-peers-store-'));
  const store = await startStore(folder);
  const loadBefore = loadavg()[0] ?? 0;
  const outcomes: Outcome[] = [];
  try {
    for (const name of chosen) {
      const peer = peers[name];
      if (peer) outcomes.push(await tryPeer(peer, store, run, runs));
    }
  } finally {
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  if (json !== null) {
    mkdirSync(json, { recursive: true });
    writeFileSync(join(json, `peers-${Date.now()}.json`), JSON.stringify({ run, outcomes }, null, 2));
  }
  const { contacts, intervalMs, rounds, activeShare, messages } = run;
  console.log(
    [
      `${contacts} contacts, a check every ${intervalMs / 1000} s, ${rounds} rounds idle and ${rounds} with ${activeShare * 100} % active (${messages} messages each), ${runs} runs; store: ${store.kind}; load ${loadBefore.toFixed(1)} before, ${loadavg()[0]?.toFixed(1)} after`,
      '',
      toTable(outcomes),
      '',
      toCoresTable(outcomes, activeShare),
    ].join('\n'),
  );
  process.exit();
}

void main();
