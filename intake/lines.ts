import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreAway } from '../store/store-away';

/** How things are gathered that come one by one and cost less together. */
export interface LineRules<Item, Result> {
  /** Only things of one line are taken together. */
  lineOf: (item: Item) => string;
  sizeOf: (item: Item) => number;
  /** So many takings of one line may be under way. */
  atOnce: number;
  /** A taking beside another is worth its steps from this size on; less waits for the one under way to end. */
  worthAnother: number;
  /** Less than that waits so long for more after a taking, too; what comes into a line at rest is taken at once. Not at all unless given. */
  restMs?: number;
  /** More are no cheaper each, and everybody in the line waits for them. */
  largest: number;
  /** Gives what became of each, in their order. */
  take: (items: readonly Item[]) => Promise<readonly Result[]>;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface Line<Item, Result> {
  waiting: Waiting<Item, Result>[];
  underWay: number;
  /** So many takings ended just now. */
  resting: number;
}

/**
 * What comes while others are taken waits for them and is then taken with all that waits. Each caller is answered when its own is taken.
 * When a gathered taking fails, each is taken alone: one that cannot be taken fails nobody else; only while the store is away all fail
 * at once.
 */
export function createLines<Item, Result>(rules: LineRules<Item, Result>): (item: Item) => Promise<Result> {
  const { lineOf, sizeOf, atOnce, worthAnother, restMs = 0, largest, take } = rules;
  type Of = Waiting<Item, Result>;
  const lines = new Map<string, Line<Item, Result>>();

  async function takeTogether(batch: readonly Of[]): Promise<void> {
    try {
      const results = await take(batch.map(({ item }) => item));
      for (const [index, one] of batch.entries()) one.resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1 || isStoreAway(error)) for (const one of batch) one.reject(error);
      else for (const one of batch) await takeTogether([one]);
    }
  }

  const measure = (waiting: readonly Of[]): number =>
    waiting.reduce((sum, { item }) => sum + sizeOf(item), 0);

  function mayStart({ waiting, underWay, resting }: Line<Item, Result>): boolean {
    if (waiting.length === 0 || underWay >= atOnce) return false;
    return underWay + resting === 0 || measure(waiting) >= worthAnother;
  }

  /** Takes the oldest out of the line, as many as one taking holds: at least one. */
  function pick(waiting: Of[]): Of[] {
    let size = 0;
    const end = waiting.findIndex(({ item }, index) => {
      size += sizeOf(item);
      return index > 0 && size > largest;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  function goOn(key: string, line: Line<Item, Result>): void {
    const isDone = line.underWay + line.resting + line.waiting.length === 0;
    if (isDone) lines.delete(key);
    else pump(key, line);
  }

  async function rest(key: string, line: Line<Item, Result>): Promise<void> {
    line.resting += 1;
    goOn(key, line);
    await sleep(restMs);
    line.resting -= 1;
  }

  function pump(key: string, line: Line<Item, Result>): void {
    while (mayStart(line)) {
      line.underWay += 1;
      void takeTogether(pick(line.waiting)).finally(async () => {
        line.underWay -= 1;
        if (restMs > 0) await rest(key, line);
        goOn(key, line);
      });
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const key = lineOf(item);
      const line = lines.get(key) ?? { waiting: [], underWay: 0, resting: 0 };
      lines.set(key, line);
      line.waiting.push({ item, resolve, reject });
      pump(key, line);
    });
}
