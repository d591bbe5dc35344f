/** A message that is to arrive, so long after the beginning. */
export interface Arrival {
  contact: number;
  afterMs: number;
}

export interface Talk {
  contacts: number;
  intervalMs: number;
  rounds: number;
  /** The share of contacts that write in a round. */
  activeShare: number;
  /** Messages of such a contact, close together. */
  messages: number;
  seed: number;
}

/** The same sequence of numbers from 0 to 1 for the same seed (mulberry32), so that every approach gets the same arrivals. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Open-loop: decided beforehand, whatever becomes of them. A contact's messages follow each other by a hundredth of the interval. */
export function planArrivals({ contacts, intervalMs, rounds, activeShare, messages, seed }: Talk): Arrival[] {
  const random = createRandom(seed);
  const active = Math.round(contacts * activeShare);
  const arrivals: Arrival[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const chosen = new Set<number>();
    while (chosen.size < active) chosen.add(Math.floor(random() * contacts));
    for (const contact of chosen) {
      const begins = (round + random()) * intervalMs;
      for (let number = 0; number < messages; number += 1)
        arrivals.push({ contact, afterMs: begins + (number * intervalMs) / 100 });
    }
  }
  return arrivals.sort((a, b) => a.afterMs - b.afterMs);
}
