import type { Lane } from '../domain/link';
import type { Answer } from './answer';
import { type Command, toCommandText } from './commands';

/** One command for a batch, from one of many callers. */
export interface Submission extends Command {
  lane: Lane;
  /** At most one command per target is under way at a time, in the order of submission. */
  target?: string | undefined;
  /**
   * Called after pacing, immediately before the request: false leaves the command out, a throw rejects only it.
   * The request is given up unless it has left us within 10 s of this call.
   */
  claim?: (() => Promise<boolean>) | undefined;
  signal?: AbortSignal | undefined;
}

export type Submitted = { kind: 'answered'; answer: Answer } | { kind: 'notClaimed' };

/** A submission in the queue. */
export interface Waiting {
  submission: Submission;
  bytes: number;
  queuedAtMs: number;
  /** Once settled, nothing of it is sent any more. */
  settled: boolean;
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
  clear(): Waiting[];
}

export function createQueue(): Queue {
  const lanes: Record<Lane, Set<Waiting>> = { live: new Set(), history: new Set() };

  return {
    add: (waiting) => lanes[waiting.submission.lane].add(waiting),
    remove: (waiting) => lanes[waiting.submission.lane].delete(waiting),
    pick: (lane, busy, limits) => {
      const taken = new Set(busy);
      const picked: Waiting[] = [];
      let ms = 0;
      let bytes = 0;
      for (const waiting of lanes[lane]) {
        const { target, method } = waiting.submission;
        if (target !== undefined && taken.has(target)) continue;
        ms += limits.estimateMs(method);
        bytes += waiting.bytes;
        const fits = picked.length < limits.maxCommands && ms <= limits.maxMs && bytes <= limits.maxBytes;
        // A command that is too large for any batch goes alone.
        if (!fits && picked.length > 0) return { picked, isFull: true };
        picked.push(waiting);
        if (target !== undefined) taken.add(target);
      }
      return { picked, isFull: picked.length >= limits.maxCommands };
    },
    clear: () => {
      const all = [...lanes.live, ...lanes.history];
      lanes.live.clear();
      lanes.history.clear();
      return all;
    },
  };
}

/** About what a command adds to a batch's body. */
export const bytesOf = (command: Command): number => toCommandText(command).length + 12;
