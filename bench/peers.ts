import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPicture } from './peers/figures/plot';
import {
  medianCosts,
  toCoresTable,
  toKillTable,
  toStepsTable,
  toTable,
  type Outcome,
} from './peers/figures/table';
import { killAll } from './peers/kill';
import { readOptions, type Options } from './peers/options';
import { Missing, type Peer, type RunOptions } from './peers/peer';
import { runPeer } from './peers/run';
import { runSteps, type Step } from './peers/steps';
import { startStore, type StoreServer } from './peers/servers/store';

const loadNow = () => (loadavg()[0] ?? 0).toFixed(1);
const say = (line: string) => process.stderr.write(`${line}\n`);

async function tryPeer(peer: Peer, store: StoreServer, options: RunOptions): Promise<Outcome> {
  const outcome: Outcome = { name: peer.name, durability: peer.durability, run: null, missing: null };
  const beganMs = Date.now();
  try {
    return { ...outcome, run: await runPeer(peer, store, options) };
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    return { ...outcome, missing: error.message };
  } finally {
    say(`${peer.name}: ${Math.round((Date.now() - beganMs) / 1000)} s, load ${loadNow()}`);
  }
}

/** In pictures and cores few are active in the same interval, however many were while costs were measured. */
const activeShareShown = 0.02;

/** What a run measured, as it is kept for pictures. */
interface Kept {
  run: RunOptions;
  outcomes: Outcome[];
}

/** Of a way that several files have, the last one's: a sweep for all is right only where it was measured with thousands. */
function readKept(files: readonly string[]): Kept {
  const all = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Kept);
  const outcomes = new Map(all.flatMap((kept) => kept.outcomes).map((one) => [one.name, one]));
  const [first] = all;
  if (!first) throw new Error('--from names no file');
  return { ...first, outcomes: [...outcomes.values()] };
}

function draw({ outcomes }: Pick<Kept, 'outcomes'>, file: string): void {
  const lines = outcomes.flatMap(({ name, run: life }) => (life ? [{ name, costs: medianCosts(life) }] : []));
  writeFileSync(file, toPicture(lines, activeShareShown));
  say(`${file}: ${lines.length} ways`);
}

async function compare(store: StoreServer, { run, chosen, json, plot }: Options): Promise<string> {
  const loadBefore = loadNow();
  const outcomes: Outcome[] = [];
  for (const peer of chosen) outcomes.push(await tryPeer(peer, store, run));
  const folder = json ?? mkdtempSync(join(tmpdir(), 'contact-link-peers-json-'));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `peers-${Date.now()}.json`);
  writeFileSync(file, JSON.stringify({ run, outcomes } satisfies Kept, null, 2));
  if (plot !== null) draw({ outcomes }, plot);
  const { contacts, intervalMs, rounds, activeShare, messages, stretches, portalRate } = run;
  const stretchSeconds = (rounds * intervalMs) / 1000;
  return [
    `${contacts} contacts, a check every ${intervalMs / 1000} s; medians of ${stretches} stretches of ${stretchSeconds} s in which nobody writes, and of as many with ${activeShare * 100} % active (messages each: ${messages}), least and most in brackets; the portal takes ${portalRate} requests a second; store: ${store.kind}; load ${loadBefore} before, ${loadNow()} after`,
    toTable(outcomes),
    toCoresTable(outcomes, activeShareShown),
    `raw: ${file}`,
  ].join('\n\n');
}

const nobody = { contacts: 0, roundsPerSecond: 0 };
const mostKept = (steps: readonly Step[]): Pick<Step, 'contacts' | 'roundsPerSecond'> =>
  steps.filter(({ isKept }) => isKept).sort((a, b) => b.contacts - a.contacts)[0] ?? nobody;

async function climb(
  store: StoreServer,
  steps: readonly number[],
  { run, chosen }: Options,
): Promise<string> {
  const climbs: { name: string; steps: Step[] }[] = [];
  for (const peer of chosen) {
    say(`${peer.name}, load ${loadNow()}`);
    const onStep = ({ contacts, cpuShare, lateness, isKept }: Step) =>
      say(
        `  ${contacts}: ${(cpuShare * 100).toFixed(0)} % of the processors, late by ${lateness ? `${lateness.p50} ms at p50, ${lateness.p99} at p99, ${lateness.missed} of ${lateness.due} left out` : '?'}${isKept ? ', kept' : ''}`,
      );
    // What is asked is whether three times the first way's are kept: the second one's search begins there.
    const [first] = climbs;
    const isSearch = steps.length === 1 && first !== undefined;
    const contacts = isSearch ? [Math.max(...steps, 3 * mostKept(first.steps).contacts)] : steps;
    climbs.push({ name: peer.name, steps: await runSteps(peer, store, { ...run, contacts, onStep }) });
  }
  const kept = climbs.map(({ name, steps: climbed }) => {
    const { contacts, roundsPerSecond } = mostKept(climbed);
    const ratio = contacts / mostKept(climbs[0]?.steps ?? []).contacts;
    return `${name}: ${contacts} kept, ${roundsPerSecond.toFixed(0)} rounds a second, ${Math.round(roundsPerSecond * 180)} contacts at three minutes by that, ${ratio.toFixed(2)} times the first way's`;
  });
  return [toStepsTable(climbs), ...kept].join('\n\n');
}

async function kill(store: StoreServer, { run, chosen }: Options): Promise<string> {
  const { contacts, intervalMs } = run;
  const outcomes = await killAll(chosen, store, run);
  return [
    `${contacts} contacts, a check every ${intervalMs / 1000} s, all ways at once; store: ${store.kind}; load ${loadNow()}`,
    toKillTable(outcomes),
  ].join('\n\n');
}

function work(store: StoreServer, options: Options): Promise<string> {
  if (options.isKill) return kill(store, options);
  return options.steps ? climb(store, options.steps, options) : compare(store, options);
}

async function main(): Promise<void> {
  // Every process and server of seven ways ends with this one.
  process.setMaxListeners(50);
  const options = readOptions();
  const { from, plot } = options;
  if (from !== null) {
    if (plot === null) throw new Error('--from needs --plot, the file that the picture goes to');
    draw(readKept(from.split(',')), plot);
    return;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-peers-store-'));
  const store = await startStore(folder);
  try {
    console.log(await work(store, options));
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
