import { setTimeout as sleep } from 'node:timers/promises';
import { untilNothingWaits, type RunningPeer, type RunOptions } from './peer';
import type { Talk } from './talk';

/** What SIGKILLs of the worker left behind. */
export interface AfterKill {
  kills: number;
  /** Those that hit while a comment was under way to the portal. */
  inTheMiddle: number;
  /** Until everything was on its page and known to be, each time; null: not within the limit. */
  allThereMs: (number | null)[];
}

const burst = 30;
const limitMs = 240_000;
const add = 'crm.timeline.comment.add';

/** Thirty contacts write at once; while their comments are on their way the worker is killed, and another takes its place. */
export async function killInTheMiddle(
  peer: RunningPeer,
  talk: Talk,
  { contacts, kills, messages, intervalMs }: RunOptions,
): Promise<AfterKill> {
  const after: AfterKill = { kills, inTheMiddle: 0, allThereMs: [] };
  for (let kill = 0; kill < kills; kill += 1) {
    const requests = async () => (await peer.portal.stats()).requestsWith[add] ?? 0;
    const before = await requests();
    const writers = Array.from(
      { length: Math.min(burst, contacts) },
      (_, index) => Math.floor((index / burst) * contacts + kill) % contacts,
    );
    await talk.sayAll(
      writers.flatMap((contact) => Array.from({ length: messages }, () => ({ contact, afterMs: 0 }))),
    );
    const giveUpMs = Date.now() + 2 * intervalMs;
    while ((await requests()) === before && Date.now() < giveUpMs) await sleep(10);
    if ((await requests()) > before) after.inTheMiddle += 1;
    await peer.killWorker();
    after.allThereMs.push(await untilNothingWaits(peer, limitMs));
  }
  return after;
}
