import type { Command } from '../servers/server-commands';

/** A program to run, and what its end means. */
export interface ChildSpec {
  name: string;
  command: Command;
  /** Set beside the product's own settings, which it gets with it; absent: a program of others, which gets none. */
  env?: Record<string, string>;
  /** Asked until it answers yes; `logPath` is where the process's output goes. Absent: ready at once. */
  isReady?: (logPath: string) => Promise<boolean>;
  readyLimitMs?: number;
  /** Higher ends earlier. */
  stopFirst: number;
  /** Whether an end before it was ready is an error at once instead of a crash to recover from. */
  failsFast?: boolean;
  /** Whether the product can do without it: its end with 0 is fine, and giving up on it ends nothing else. */
  optional?: boolean;
}
