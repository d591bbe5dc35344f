import type { BackupSettings } from '../../activities';
import { toWatchWorkflowId } from '../../domain/ids';
import { portalWatchWorkflowName, watchPriority } from '../../workflows/messages';
import { startDoor, type BenchDoor, type DoorState } from '../scene/door';
import {
  openScene,
  startWorker,
  startWorkflows,
  stopWorkflows,
  untilQuiet,
  type Scene,
} from '../scene/scene';
import { stopOwn } from '../scene/servers';
import { createTalk } from '../scene/talk';
import { readLedger, type Ledger } from '../chaos/ledger';
import { watchOutage, type OutageSample } from './samples';

/** How the portal is away. `502`: something before it answers with a page. */
export type OutageKind = Exclude<DoorState, 'open'> | '502';

export interface OutageOptions {
  mongoUrl: string;
  temporalAddress: string;
  contacts: number;
  kind: OutageKind;
  outageMs: number;
  messagesPerSecond: number;
  settings?: Partial<BackupSettings>;
  onProgress?: (line: string) => void;
}

export interface OutageResult extends Pick<Ledger, 'lost' | 'doubled' | 'outOfOrder' | 'comments'> {
  kind: OutageKind;
  contacts: number;
  outageMs: number;
  messages: number;
  /** When requests went out while the portal was away, in seconds from its beginning, and what came of each. */
  requestsWhileAway: { second: number; outcome: string; commands: number }[];
  /** From its being back to the first request that was answered, and to everything being on its page. */
  firstAnswerMs: number;
  allOnPageMs: number;
  requestsToCatchUp: number;
  /** The view of people meanwhile. */
  samples: OutageSample[];
}

const outageSettings: BackupSettings = {
  backupIntervalMs: 180_000,
  parkAfterQuietRounds: null,
  portalRequestLimitMs: 60_000,
  writeWindowMs: 10_000,
  clockMarginMs: 5_000,
};

/**
 * Linked contacts with their workflows, the portal's watch and a worker; the portal goes away while messages go on arriving,
 * and comes back. Nobody lends a hand.
 */
export async function runOutage(options: OutageOptions): Promise<OutageResult> {
  const settings = { ...outageSettings, ...options.settings };
  let door: BenchDoor | null = null;
  const through = async (webhookUrl: string) => {
    const url = new URL(webhookUrl);
    door = await startDoor(Number(url.port));
    url.port = String(door.port);
    return url.href;
  };
  const scene = await openScene({ ...options, settings, through, task: { notesRequests: true } });
  const watchId = toWatchWorkflowId(scene.portalId);
  const { taskQueue } = scene.task;
  try {
    await startWorkflows(scene, settings.backupIntervalMs);
    const args = [{ portalId: scene.portalId }];
    const priority = watchPriority;
    await scene.client.workflow.start(portalWatchWorkflowName, {
      ...{ workflowId: watchId, taskQueue, args, priority },
    });
    const worker = await startWorker(scene.task);
    try {
      return await goThrough(options, scene, door as unknown as BenchDoor);
    } finally {
      await stopOwn(worker);
    }
  } finally {
    await stopWorkflows(scene);
    await scene.client.workflow.getHandle(watchId).terminate();
    await (door as BenchDoor | null)?.close();
    await scene.close();
  }
}

interface NotedRequest {
  at: Date;
  outcome: string;
  commands: number;
}

async function goThrough(options: OutageOptions, scene: Scene, door: BenchDoor): Promise<OutageResult> {
  const { kind, outageMs, onProgress } = options;
  const { store, portal, contacts } = scene;
  const { told, say, sayFor } = createTalk(scene);
  // One each while all is well, so that a page has something before the outage.
  for (const contact of contacts) await say(contact);
  await untilQuiet(store, 400_000);

  const [set, unset] = toSwitch(kind, scene, door);
  const awayAtMs = Date.now();
  await set();
  onProgress?.(`the portal is away (${kind})`);
  const sampled = watchOutage(scene, awayAtMs, onProgress);
  await sayFor(outageMs, options.messagesPerSecond);
  const backAtMs = Date.now();
  await portal.resetStats();
  await unset();
  onProgress?.('the portal is back');
  await untilQuiet(store, 900_000);
  const allOnPageMs = Date.now() - backAtMs;
  const samples = await sampled.end();

  const requests = await store.entries.model.db
    .collection<NotedRequest>('bench_requests')
    .find({ at: { $gte: new Date(awayAtMs) } })
    .sort({ at: 1 })
    .toArray();
  const whileAway = requests.filter(({ at }) => at.getTime() < backAtMs);
  const firstGood = requests.find(({ at, outcome }) => at.getTime() >= backAtMs && outcome === 'ok');
  const { lost, doubled, outOfOrder, comments } = await readLedger({ portal, store, contacts, told });
  return {
    kind,
    contacts: contacts.length,
    outageMs: Math.max(outageMs, backAtMs - awayAtMs),
    messages: [...told.values()].reduce((sum, count) => sum + count, 0),
    requestsWhileAway: whileAway.map(({ at, outcome, commands }) => ({
      second: Math.round((at.getTime() - awayAtMs) / 1000),
      outcome,
      commands,
    })),
    firstAnswerMs: firstGood ? firstGood.at.getTime() - backAtMs : -1,
    allOnPageMs,
    requestsToCatchUp: (await portal.stats()).requests,
    samples,
    ...{ lost, doubled, outOfOrder, comments },
  };
}

/** Sends the portal away, and brings it back. */
function toSwitch(kind: OutageKind, { portal }: Scene, door: BenchDoor) {
  if (kind !== '502') return [() => door.set(kind), () => door.set('open')] as const;
  const page = { kind: 'html502', carriedOut: false, times: -1 } as const;
  return [() => portal.setFaults([page]), () => portal.setFaults([])] as const;
}
