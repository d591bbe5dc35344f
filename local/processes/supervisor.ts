import type { Say } from '../fetching/cache';
import { createChildrenFile } from './children-file';
import { startChild, type Child, type ChildSpec } from './child';

/** How long a process may take to end before it is killed. */
export const graceMs = 20_000;

/** The processes of one start: begun in the order they need each other, ended in the opposite one. */
export interface Supervisor {
  /** Starts a process and resolves when it is ready; throws when it ends before that and may not be restarted. */
  start(spec: ChildSpec): Promise<Child>;
  /** Ends all, the last started first; each gets its grace. A second call changes nothing. */
  stopAll(): Promise<void>;
  /** Kills all at once. */
  killAll(): void;
}

/** `onGiveUp` is called when a process that the product cannot do without will not stay up. */
export function createSupervisor(options: {
  dataDir: string;
  say: Say;
  onGiveUp: (name: string) => void;
}): Supervisor {
  const file = createChildrenFile(options.dataDir);
  const children: Child[] = [];
  let stopping: Promise<void> | null = null;

  async function stopInOrder(): Promise<void> {
    const order = [...children].sort((a, b) => b.spec.stopFirst - a.spec.stopFirst);
    for (const child of order) await child.stop(graceMs);
  }

  return {
    async start(spec) {
      if (stopping) throw new Error('stopping');
      const child = startChild(spec, { ...options, file });
      children.push(child);
      await child.ready;
      return child;
    },
    stopAll: () => (stopping ??= stopInOrder()),
    killAll: () => children.forEach((child) => child.kill()),
  };
}
