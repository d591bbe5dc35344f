import { setImmediate as breathe } from 'node:timers/promises';

/** Reading 50 cards takes some 10 ms of the processor, with many numbers twice that. */
const atOnce = 50;

/** The items in portions; the process has its turn for other work after each. */
export async function* portionsOf<Item>(items: readonly Item[], size = atOnce): AsyncGenerator<Item[]> {
  for (let from = 0; from < items.length; from += size) {
    if (from > 0) await breathe();
    yield items.slice(from, from + size);
  }
}
