import { isTooMany, listChanges, type Change } from '../store/changes';
import type { Store } from '../store/store';
import { toLoggable, type Logger } from '../telemetry';

/** A change, and the id from which a listener that was away goes on. `reset`: too much changed to be told one by one. */
export type Told = { id: number; change: Change | { kind: 'reset' } };
type Listener = (told: Told) => void;

/** Gives changes to all listeners, with one look at the store for all of them, and none without listeners. */
export interface ChangeFeed {
  /** Returns the end of the listening. `after`: the id of the last thing told to a listener that was away. */
  subscribe: (listener: Listener, after?: number | null) => () => void;
}

/** What changes is told within a second. */
const lookEveryMs = 500;
/** At most this part of the time is spent with looking, however slow the store is. */
const largestShare = 0.2;
/** Each look goes back a little further than the last one: other processes' clocks differ, and a write takes its time. */
const overlapMs = 5_000;
/** Who was away for longer reads everything anew. */
const longestAwayMs = 10 * 60_000;

const reset = { kind: 'reset' } as const;

export function createChangeFeed({ store, logger }: { store: Store; logger: Logger }): ChangeFeed {
  const listeners = new Set<Listener>();
  let given = new Set<string>();
  let since = new Date();
  let timer: NodeJS.Timeout | null = null;
  const note = (error: unknown) => logger.warn(toLoggable(error), 'changes cannot be read now');

  async function look(): Promise<void> {
    const startedAt = Date.now();
    const changes = await listChanges(store, since);
    const texts = new Map(changes.map((change) => [JSON.stringify(change), change]));
    const fresh = [...texts].flatMap(([text, change]) => (given.has(text) ? [] : change));
    const told = isTooMany(changes) ? [reset] : fresh;
    for (const change of told) for (const listener of listeners) listener({ id: startedAt, change });
    given = new Set(texts.keys());
    since = new Date(startedAt - overlapMs);
  }

  /** What a listener missed while it was away; what is told twice is only read twice. */
  async function catchUp(listener: Listener, after: number): Promise<void> {
    const now = Date.now();
    const isLong = after < now - longestAwayMs || after > now + overlapMs;
    const missed = isLong ? [] : await listChanges(store, new Date(after - overlapMs));
    const told = isLong || isTooMany(missed) ? [reset] : missed;
    if (listeners.has(listener)) for (const change of told) listener({ id: now, change });
  }

  async function lookOnce(): Promise<void> {
    const startedAt = Date.now();
    await look().catch(note);
    timer = null;
    if (listeners.size > 0) plan(Math.max(lookEveryMs, (Date.now() - startedAt) / largestShare));
  }

  function plan(afterMs = lookEveryMs): void {
    timer = setTimeout(() => void lookOnce(), afterMs);
    timer.unref();
  }

  return {
    subscribe(listener, after = null) {
      if (listeners.size === 0) since = new Date(Date.now() - overlapMs);
      listeners.add(listener);
      if (timer === null) plan();
      if (after !== null) void catchUp(listener, after).catch(note);
      return () => void listeners.delete(listener);
    },
  };
}
