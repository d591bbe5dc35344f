import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Check } from '../figures/lateness';

const everyMs = 200;

/** Notes checks where they run; a process says them on its standard output, some at a time. */
export function createNotes() {
  let lines: string[] = [];
  setInterval(() => {
    if (lines.length === 0) return;
    process.stdout.write(lines.join(''));
    lines = [];
  }, everyMs).unref();
  return (who: string | number) => void lines.push(`check ${who} ${Date.now()}\n`);
}

/** Takes down what a worker notes. `toContact` reads its name for a contact; undefined: not one of ours. */
export function followNotes(
  output: Readable | null,
  into: Check[],
  toContact: (name: string) => Check['contact'] | undefined,
): void {
  if (!output) return;
  createInterface({ input: output }).on('line', (line) => {
    const [word, name = '', at] = line.split(' ');
    const contact = word === 'check' ? toContact(name) : undefined;
    if (contact !== undefined) into.push({ contact, atMs: Number(at) });
  });
}
