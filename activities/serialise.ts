/** Lets one piece of work of a key go on at a time in this process; the next one begins when it has ended. */
export type Serialise = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/**
 * Two rounds of one link are safe (the loser of a compare-and-set sends nothing), but the loser would have taken a place in a
 * batch. So they go one after the other where that costs nothing: within a process.
 */
export function createSerialiser(): Serialise {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
