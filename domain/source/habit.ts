import { wakingDayMs } from './waking-time';

/** The longest pause between two deliveries of each of the last days; `day` as 2026-11-25. */
export interface Habit {
  pauses: { day: string; ms: number }[];
}

const daysKept = 14;
/** Fewer days say nothing of a number's habit. */
const daysNeeded = 3;
const hourMs = 3_600_000;
/** A number of which little is known may be silent for two days; after that somebody should look. */
const quietUnlessKnownMs = 2 * wakingDayMs;
const [shortestMs, longestMs] = [2 * hourMs, 5 * wakingDayMs];

/** Takes a pause into the habit. The last two weeks have two weekends in them, so that those are no surprise. */
export function notePause({ pauses }: Habit, day: string, ms: number): Habit {
  const known = pauses.find((pause) => pause.day === day);
  const others = pauses.filter((pause) => pause !== known);
  const longest = { day, ms: Math.max(known?.ms ?? 0, ms) };
  return { pauses: [...others, longest].sort((a, b) => (a.day < b.day ? -1 : 1)).slice(-daysKept) };
}

/** After how long a silence is longer than usual: twice the longest pause of the last two weeks. */
export function usualQuietMs({ pauses }: Habit): number {
  if (pauses.length < daysNeeded) return quietUnlessKnownMs;
  const longest = Math.max(...pauses.map(({ ms }) => ms));
  return Math.min(Math.max(2 * longest, shortestMs), longestMs);
}
