import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './figures/ledger';
import {
  Missing,
  openInFolder,
  untilNothingWaits,
  type Given,
  type Peer,
  type RunningPeer,
  type RunOptions,
} from './peer';
import { readPages } from './read-pages';
import { createTalk } from './talk';

/** What a SIGKILL of the worker left behind. */
export interface AfterKill extends Pick<Ledger, 'said' | 'lost' | 'doubled' | 'outOfOrder' | 'comments'> {
  /** It hit while comments were under way to the portal. */
  isInTheMiddle: boolean;
  /** Until everything was on its page and known to be; null: not within the limit. */
  allThereMs: number | null;
}

export interface KillOutcome {
  name: string;
  after: AfterKill | null;
  missing: string | null;
}

const burst = 30;
const limitMs = 180_000;
const add = 'crm.timeline.comment.add';

/** All approaches at once, as nothing is measured but what is on the pages, and how long that waits for time-outs; opened one after the other. */
export async function killAll(
  chosen: readonly Peer[],
  { mongoUrl }: Pick<Given, 'mongoUrl'>,
  options: RunOptions,
): Promise<KillOutcome[]> {
  const { contacts, intervalMs, portalRate } = options;
  let opened: Promise<unknown> = Promise.resolve();
  const tryOne = async (peer: Peer): Promise<KillOutcome> => {
    const inTurn: Peer = { ...peer, open: (given) => next(() => peer.open(given)) };
    const next = <T>(open: () => Promise<T>): Promise<T> => {
      const mine = opened.then(open);
      opened = mine.catch(() => undefined);
      return mine;
    };
    try {
      const given = { mongoUrl, contacts, intervalMs, portalRate };
      const after = await openInFolder(inTurn, given, (running) => killInTheMiddle(running, options));
      return { name: peer.name, after, missing: null };
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      return { name: peer.name, after: null, missing: error.message };
    }
  };
  return Promise.all(chosen.map(tryOne));
}

/** Thirty contacts write at once; while their comments are on their way the worker is killed, and another takes its place. */
async function killInTheMiddle(
  peer: RunningPeer,
  { contacts, messages, intervalMs }: RunOptions,
): Promise<AfterKill> {
  const grid = await peer.begin();
  await sleep(Math.max(0, grid.firstMs - Date.now()) + intervalMs);
  const talk = createTalk(peer);
  const requests = async () => (await peer.portal.stats()).requestsWith[add] ?? 0;
  const before = await requests();
  const writers = Array.from({ length: Math.min(burst, contacts) }, (_, index) =>
    Math.floor((index / burst) * contacts),
  );
  await talk.sayAll(
    writers.flatMap((contact) => Array.from({ length: messages }, () => ({ contact, afterMs: 0 }))),
  );
  const giveUpMs = Date.now() + 2 * intervalMs;
  while ((await requests()) === before && Date.now() < giveUpMs) await sleep(10);
  const isInTheMiddle = (await requests()) > before;
  await peer.killWorker();
  const allThereMs = await untilNothingWaits(peer, limitMs);
  const { said, lost, doubled, outOfOrder, comments } = await readPages(peer, talk.said);
  return { isInTheMiddle, allThereMs, said, lost, doubled, outOfOrder, comments };
}
