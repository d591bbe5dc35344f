import { listChanges, type Change } from '../store/changes';
import type { Store } from '../store/store';
import { toLoggable, type Logger } from '../telemetry';

/** Gives changes to all listeners, with one look at the store for all of them, and none without listeners. */
export interface ChangeFeed {
  /** Returns the end of the listening. */
  subscribe: (listener: (change: Change) => void) => () => void;
}

const lookEveryMs = 2_000;
/** Each look goes back a little further than the last one, since other processes' clocks differ. */
const overlapMs = 2_000;

export function createChangeFeed({ store, logger }: { store: Store; logger: Logger }): ChangeFeed {
  const listeners = new Set<(change: Change) => void>();
  let given = new Set<string>();
  let since = new Date();
  let timer: NodeJS.Timeout | null = null;

  async function look(): Promise<void> {
    const startedAt = Date.now();
    const changes = await listChanges(store, since);
    const texts = new Map(changes.map((change) => [JSON.stringify(change), change]));
    for (const [text, change] of texts) {
      if (!given.has(text)) for (const listener of listeners) listener(change);
    }
    given = new Set(texts.keys());
    since = new Date(startedAt - overlapMs);
  }

  function plan(): void {
    timer = setTimeout(() => {
      void look()
        .catch((error: unknown) => logger.warn(toLoggable(error), 'changes cannot be read now'))
        .then(() => {
          timer = null;
          if (listeners.size > 0) plan();
        });
    }, lookEveryMs);
    timer.unref();
  }

  return {
    subscribe(listener) {
      if (listeners.size === 0) since = new Date(Date.now() - overlapMs);
      listeners.add(listener);
      if (timer === null) plan();
      return () => void listeners.delete(listener);
    },
  };
}
