import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How many steps were taken, kept over restarts. */
function openCounter(dataDir: string, name: string) {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, `${name}-steps`);
  return {
    read(): number {
      try {
        return Number(readFileSync(path, 'utf8')) || 0;
      } catch {
        return 0;
      }
    },
    write: (count: number) => writeFileSync(path, String(count)),
  };
}

interface Pace {
  dataDir: string;
  pauseMs: number;
  signal: AbortSignal;
}

/** While nobody listens it is looked again soon: who has just connected a source waits for its first message. */
const lookAgainMs = 2_000;

/** Takes a step now and then; false: it could not be taken yet. Taken first, then counted: after a crash the same step is taken again. */
export async function talk(
  name: string,
  step: (count: number) => Promise<boolean | void>,
  { dataDir, pauseMs, signal }: Pace,
): Promise<void> {
  const counter = openCounter(dataDir, name);
  for (let count = counter.read(); !signal.aborted;) {
    const isTaken = (await step(count)) !== false;
    if (isTaken) counter.write((count += 1));
    const pause = isTaken ? pauseMs * (0.75 + Math.random() / 2) : Math.min(lookAgainMs, pauseMs);
    await delay(pause, undefined, { signal });
  }
}
