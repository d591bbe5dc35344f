import { takeInAll, type Delivered, type Taken } from './take-in';
import { isStoreAway } from '../store/store-away';
import type { Store } from '../store/store';

/** What became of the items of a delivery, and the parked links to wake: of all deliveries that were taken in with it. */
export interface TakenIn {
  taken: Taken[];
  parkedLinkIds: readonly string[];
}

interface Waiting {
  delivered: Delivered;
  resolve(taken: TakenIn): void;
  reject(error: unknown): void;
}

/** What came for one portal by one source. */
interface Line {
  waiting: Waiting[];
  underWay: number;
}

/** So many takings of one line may be under way. */
const atOnce = 4;
/** A taking beside another is worth its steps from so many messages on; fewer wait for the one under way to end. */
const worthAnother = 20;
/** More messages are no cheaper each, and everybody in the line waits for them. */
const maxMessages = 200;

/**
 * Gathers deliveries: what comes while others are taken in waits for them and is then taken in with all that waits, step by step for
 * all. A step costs about the same for one message as for fifty, and sources send one at a time. Each caller is answered when all of
 * its own is stored. When a gathered taking fails, each delivery is taken in alone: one that cannot be stored fails nobody else; only
 * while the store is away all fail at once.
 */
export function createGathering(store: Store) {
  const lines = new Map<string, Line>();

  async function takeInTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      const delivered = batch.map((one) => one.delivered);
      const { taken, parkedLinkIds } = await takeInAll(store, delivered);
      for (const [index, one] of batch.entries())
        one.resolve({ taken: taken[index] ?? [], parkedLinkIds: index === 0 ? parkedLinkIds : [] });
    } catch (error) {
      if (batch.length === 1 || isStoreAway(error)) for (const one of batch) one.reject(error);
      else for (const one of batch) await takeInTogether([one]);
    }
  }

  function pump(key: string, line: Line): void {
    while (mayStart(line)) {
      line.underWay += 1;
      void takeInTogether(pick(line.waiting)).finally(() => {
        line.underWay -= 1;
        if (line.underWay === 0 && line.waiting.length === 0) lines.delete(key);
        else pump(key, line);
      });
    }
  }

  return {
    takeIn: (delivered: Delivered): Promise<TakenIn> =>
      new Promise((resolve, reject) => {
        const key = `${delivered.account.portalId} ${delivered.delivery.source}`;
        const line = lines.get(key) ?? { waiting: [], underWay: 0 };
        lines.set(key, line);
        line.waiting.push({ delivered, resolve, reject });
        pump(key, line);
      }),
  };
}

const countMessages = (waiting: readonly Waiting[]): number =>
  waiting.reduce((sum, { delivered }) => sum + delivered.delivery.items.length, 0);

function mayStart({ waiting, underWay }: Line): boolean {
  if (waiting.length === 0 || underWay >= atOnce) return false;
  return underWay === 0 || countMessages(waiting) >= worthAnother;
}

/** Takes the oldest out of the line, as many as one taking holds: at least one. */
function pick(waiting: Waiting[]): Waiting[] {
  let messages = 0;
  const end = waiting.findIndex(({ delivered }, index) => {
    messages += delivered.delivery.items.length;
    return index > 0 && messages > maxMessages;
  });
  return waiting.splice(0, end === -1 ? waiting.length : end);
}
