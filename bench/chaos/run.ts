import type { BackupSettings } from '../../activities';
import {
  openScene,
  startWorker,
  startWorkflows,
  stopWorkflows,
  untilQuiet,
  type Scene,
} from '../scene/scene';
import { stopOwn } from '../scene/servers';
import { untouched, type FaultArea, type FaultCounts } from './faults';
import { openGroups } from './groups';
import { readLedger, type Ledger } from './ledger';
import { countKilled } from './noted-requests';
import { runStorm, type StormOptions } from './storm';
import { killUploads, type UploadCounts } from './uploads';

export interface ChaosOptions extends Pick<StormOptions, 'kills' | 'messagesPerSecond' | 'onProgress'> {
  mongoUrl: string;
  temporalAddress: string;
  contacts: number;
  /** So many files are sent to an API that is killed meanwhile; none unless given. */
  uploads?: number;
  /** How long a worker lives at most once it is ready; default 6 s. */
  longestLifeMs?: number;
  settings?: Partial<BackupSettings>;
}

export interface ChaosResult extends Ledger, Partial<UploadCounts> {
  contacts: number;
  kills: number;
  /** Workers killed while they had such a request under way. */
  killedDuring: Record<FaultArea, number>;
  /** In chats of two. */
  messages: number;
  /** In groups, each to be on three pages. */
  groupMessages: number;
  faults: FaultCounts;
  tookMs: number;
}

const workers = 2;
/** A batch of a few comments takes long enough to be broken in its middle; a question for fifty is answered in time. */
const costsMs = { 'crm.timeline.comment.add': 40, 'crm.timeline.comment.list': 20 };
const chaosSettings: BackupSettings = {
  backupIntervalMs: 8_000,
  parkAfterQuietRounds: null,
  portalRequestLimitMs: 3_000,
  writeWindowMs: 2_000,
  clockMarginMs: 500,
};
const peaceLimitMs = 300_000;

/**
 * Messages and files flow to linked contacts and groups while workers are killed at random and at the worst moments, requests break in their
 * middle and comments appear late. In the end everything is left in peace, and the pages are compared with what was taken in.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const settings = { ...chaosSettings, ...options.settings };
  const scene = await openScene({ ...options, settings, task: { notesPasses: true, notesUnderWay: true } });
  try {
    await scene.portal.setCosts(costsMs);
    await startWorkflows(scene);
    const result = await rageAndCount(scene, options);
    await stopWorkflows(scene);
    const { uploads = 0, temporalAddress } = options;
    return uploads === 0
      ? result
      : { ...result, ...(await killUploads(scene, { uploads, temporalAddress })) };
  } finally {
    await scene.close();
  }
}

async function rageAndCount(scene: Scene, options: ChaosOptions): Promise<ChaosResult> {
  const { portal, store, contacts, task } = scene;
  const startedAtMs = performance.now();
  const { longestLifeMs = 6_000 } = options;
  const groups = await openGroups(scene);
  const storm = await runStorm(scene, { ...options, workers, longestLifeMs, groups });
  const { told, toldInGroups, kills, faults } = storm;
  options.onProgress?.('peace');
  const survivors = await Promise.all(Array.from({ length: workers }, () => startWorker(task)));
  try {
    await untilQuiet(store, peaceLimitMs);
  } finally {
    await Promise.all(survivors.map((own) => stopOwn(own)));
  }
  const ledger = await readLedger({ portal, store, contacts, told, groups, toldInGroups, hasFiles: true });
  const sum = (counts: ReadonlyMap<string, number>) =>
    [...counts.values()].reduce((all, count) => all + count, 0);
  const [messages, groupMessages] = [sum(told), sum(toldInGroups)];
  const tookMs = performance.now() - startedAtMs;
  const killedDuring = await countKilled(store);
  const storming = { contacts: contacts.length, kills, killedDuring, messages, groupMessages, faults };
  return { ...ledger, ...storming, tookMs };
}

/** Why a run proves nothing, or what it found; empty: all is well. */
export function listFailures({ faults, ...result }: ChaosResult): string[] {
  const { lost, doubled, outOfOrder, filesLost, filesDoubled, filesWrong, files } = result;
  const { uploadsLost = 0, uploadsDoubled = 0, uploadsWrong = 0 } = result;
  const ofUploads = { uploadsLost, uploadsDoubled, uploadsWrong };
  const wrong = { lost, doubled, outOfOrder, filesLost, filesDoubled, filesWrong, ...ofUploads };
  return [
    ...Object.entries(wrong).flatMap(([what, times]) => (times > 0 ? `${what}: ${times}` : [])),
    ...untouched(faults).map((area) => `no fault has hit ${area}`),
    ...(files === 0 ? ['no file was delivered'] : []),
  ];
}
