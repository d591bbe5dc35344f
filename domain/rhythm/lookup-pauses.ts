const minuteMs = 60_000;
const pausesMs = [3, 10, 60, 360, 1_440].map((minutes) => minutes * minuteMs);

/** How long nobody is looked for again after so many look-ups without one owner: 3 min, 10 min, 1 h, 6 h, then daily. */
export const pauseAfterMisses = (misses: number): number =>
  pausesMs[Math.min(Math.max(misses, 1), pausesMs.length) - 1] ?? minuteMs;
