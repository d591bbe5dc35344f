import type { Lane } from '../../domain/link';
import type { Answer } from '../rest/answer';
import { PortalUnreachableError } from '../errors';
import { type Command, toCommandText } from '../rest/commands';

/** One command for a batch, from one of many callers. */
export interface Submission extends Command {
  lane: Lane;
  /** At most one command per target is under way at a time, in the order of submission. */
  target?: string | undefined;
  /**
   * Called after pacing, immediately before the request: false leaves the command out, a throw rejects only it.
   * The request is given up unless it has left us within the write window of `sentAt`, which is the same for all
   * commands of a batch.
   */
  claim?: ((sentAt: Date) => Promise<boolean>) | undefined;
  /** So long it may wait for company though the portal is free: more of its kind is on the way, and a batch is dear. */
  patienceMs?: number | undefined;
  /** Commands of one group that are submitted at once go in one batch, if one can hold them. */
  group?: symbol | undefined;
  signal?: AbortSignal | undefined;
}

export type Submitted = { kind: 'answered'; answer: Answer } | { kind: 'notClaimed' };

/** A submission in the queue. */
export interface Waiting {
  submission: Submission;
  bytes: number;
  queuedAtMs: number;
  /** Its caller has an outcome: nothing of it is sent any more. */
  isOver: boolean;
  isClaiming: boolean;
  /** Handed to the client: from here on it may reach the portal. */
  isSent: boolean;
  stopListening(): void;
  resolve(submitted: Submitted): void;
  reject(error: unknown): void;
}

export interface BatchLimits {
  maxCommands: number;
  /** Portal time of the whole batch, by estimate. */
  maxMs: number;
  maxBytes: number;
  estimateMs(method: string): number;
}

/** Commands that wait for a batch. */
export interface Queue {
  add(waiting: Waiting): void;
  remove(waiting: Waiting): void;
  /** The oldest commands of the lane that fit in one batch, at most one per target and none of a busy one. */
  pick(lane: Lane, busy: ReadonlySet<string>, limits: BatchLimits): { picked: Waiting[]; isFull: boolean };
  /** When, in `performance.now()` time, the last fifty commands began to come; they may have left since. */
  fiftiethLastMs(): number;
  list(): Waiting[];
}

export function createQueue(): Queue {
  const lanes: Record<Lane, Set<Waiting>> = { live: new Set(), history: new Set() };
  const arrivals: number[] = [];

  return {
    add: (waiting) => {
      lanes[waiting.submission.lane].add(waiting);
      arrivals.push(waiting.queuedAtMs);
      if (arrivals.length > 50) arrivals.shift();
    },
    fiftiethLastMs: () => (arrivals.length < 50 ? Number.NEGATIVE_INFINITY : (arrivals[0] ?? 0)),
    remove: (waiting) => lanes[waiting.submission.lane].delete(waiting),
    pick: (lane, busy, limits) => pick([...lanes[lane]], busy, limits),
    list: () => [...lanes.live, ...lanes.history],
  };
}

function pick(lane: readonly Waiting[], busy: ReadonlySet<string>, limits: BatchLimits) {
  const taken = new Set(busy);
  const picked: Waiting[] = [];
  const groups = new Set<symbol>();
  for (const waiting of lane) {
    const { target, group } = waiting.submission;
    if (target !== undefined && taken.has(target)) continue;
    const isNewGroup = group !== undefined && !groups.has(group);
    const together = isNewGroup ? lane.filter(({ submission }) => submission.group === group) : [waiting];
    // A command too large for any batch goes with nothing before it.
    if (picked.length > 0 && !fits([...picked, ...together], limits)) return { picked, isFull: true };
    picked.push(waiting);
    if (group !== undefined) groups.add(group);
    if (target !== undefined) taken.add(target);
  }
  return { picked, isFull: picked.length >= limits.maxCommands };
}

function fits(batch: readonly Waiting[], limits: BatchLimits): boolean {
  const ms = batch.reduce((sum, { submission }) => sum + limits.estimateMs(submission.method), 0);
  const bytes = batch.reduce((sum, waiting) => sum + waiting.bytes, 0);
  return batch.length <= limits.maxCommands && ms <= limits.maxMs && bytes <= limits.maxBytes;
}

/** About what a command adds to a batch's body. */
export const bytesOf = (command: Command): number => toCommandText(command).length + 12;

/** The error of a command that certainly did not leave us. */
export const notSent = (code: string, { submission }: Waiting) =>
  new PortalUnreachableError({ code, method: submission.method });

export const rejectAll = (batch: readonly Waiting[], error: unknown): void => {
  for (const waiting of batch) waiting.reject(error);
};
