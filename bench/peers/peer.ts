import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPortal } from '../scene/portal';
import type { Check, PhaseGrid } from './figures/lateness';

/** What every approach is given. */
export interface Given {
  mongoUrl: string;
  contacts: number;
  intervalMs: number;
  portalRate: number;
  /** A folder for its servers' data, gone afterwards. */
  folder: string;
}

/** One way to do the work; `durability`: what a power cut may take from what it had acknowledged. */
export interface Peer {
  name: string;
  what: string;
  durability: string;
  /** Begins with everything running and no contact looked after yet. Throws `Missing` where a program of it cannot be had. */
  open(given: Given): Promise<RunningPeer>;
}

export interface RunningPeer {
  /** The stand-in portal with the cloud's limits; a call takes as long as it costs. */
  portal: BenchPortal;
  /** Looks after all contacts from now on, each on its place of the grid; gives the grid, and ends when that is set up. */
  begin(): Promise<PhaseGrid>;
  /** Takes a message in. */
  say(contact: number, text: string): Promise<void>;
  /** How many messages are taken in and not known to be on their page. */
  countWaiting(): Promise<number>;
  /** The checks that were noted so far. */
  checks(): readonly Check[];
  crmContactId(contact: number): number;
  /** The processes at the root of each part. */
  processes(): Record<string, number[]>;
  /** A SIGKILL of the worker, and one that takes its place. */
  killWorker(): Promise<void>;
  stop(): Promise<void>;
}

/** A portal's bucket holds so many seconds' requests: 50 at two a second, 250 at five. */
export const toPortalLimits = (portalRate: number) => ({
  drainPerSecond: portalRate,
  burst: portalRate > 2 ? 50 * portalRate : 50,
});

/** A program or package of an approach is not on this machine: the table says so. */
export class Missing extends Error {}

/** What is done with each approach. */
export interface RunOptions {
  contacts: number;
  intervalMs: number;
  /** Stretches in which nobody writes, and as many in which some do. */
  stretches: number;
  /** Intervals of a stretch. */
  rounds: number;
  activeShare: number;
  /** Messages of a contact that writes in a round. */
  messages: number;
  /** Requests a second that the portal's limit lets through. */
  portalRate: number;
  seed: number;
}

/** Gives after how many ms nothing waited any more; null: something still did at the limit. */
export async function untilNothingWaits(peer: RunningPeer, limitMs: number): Promise<number | null> {
  const beganMs = Date.now();
  while (Date.now() - beganMs < limitMs) {
    if ((await peer.countWaiting()) === 0) return Date.now() - beganMs;
    await sleep(250);
  }
  return null;
}

/** Opens an approach with a folder of its own, and closes both when the work is done. */
export async function openInFolder<T>(
  peer: Peer,
  given: Omit<Given, 'folder'>,
  work: (running: RunningPeer) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-peers-'));
  try {
    const running = await peer.open({ ...given, folder });
    try {
      return await work(running);
    } finally {
      await running.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
