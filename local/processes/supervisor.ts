import { createChildrenFile } from './children-file';
import { startChild, type Child } from './child';
import type { ChildSpec } from './child-spec';
import type { Say } from '../say';
import type { LogLimits } from './turn-log';

/** How long a process may take to end before it is killed. */
export const graceMs = 20_000;

/** The processes of one start: begun in the order they need each other, ended in the opposite one. */
export type Supervisor = ReturnType<typeof createSupervisor>;

/** `onGiveUp` is called when a process that the product cannot do without will not stay up. */
export function createSupervisor(options: {
  dataDir: string;
  say: Say;
  onGiveUp: (name: string) => void;
  logs: LogLimits;
}) {
  const file = createChildrenFile(options.dataDir);
  const children: Child[] = [];
  let stopping: Promise<void> | null = null;

  async function stopInOrder(): Promise<void> {
    const order = [...children].sort((a, b) => b.stopFirst - a.stopFirst);
    for (const child of order) await child.stop(graceMs);
  }

  return {
    /** Starts a process and resolves when it is ready; throws when it ends before that and may not be restarted. */
    async start(spec: ChildSpec): Promise<void> {
      if (stopping) throw new Error('stopping');
      const child = startChild(spec, { ...options, file });
      children.push(child);
      await child.ready;
    },
    /** Ends all by `stopFirst`; each gets its grace. A second call changes nothing. */
    stopAll: () => (stopping ??= stopInOrder()),
    /** Kills all at once. */
    killAll: () => children.forEach((child) => child.kill()),
  };
}
