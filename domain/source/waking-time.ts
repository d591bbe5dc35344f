import { toClock } from '../local-time';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Nobody expects messages between ten in the evening and seven in the morning, where the portal is. */
const [wakesAtMs, sleepsAtMs] = [7 * hourMs, 22 * hourMs];
export const wakingDayMs = sleepsAtMs - wakesAtMs;

/** The time that a wall clock there shows, as if it were UTC. */
function toWallClock(at: Date, timeZone: string): number {
  const { day, time } = toClock(at, timeZone);
  return Date.parse(`${day}T${time}Z`);
}

/** Waking milliseconds since the beginning of 1970 on that clock. */
function wakingUntil(wallMs: number): number {
  const days = Math.floor(wallMs / dayMs);
  const ofDay = Math.min(Math.max(wallMs - days * dayMs, wakesAtMs), sleepsAtMs) - wakesAtMs;
  return days * wakingDayMs + ofDay;
}

/** How much time has passed; the nights do not count unless `countNights`. Never negative. */
export function passedMs(
  from: Date,
  to: Date,
  { timeZone, countNights }: { timeZone: string; countNights: boolean },
): number {
  const passed = countNights
    ? to.getTime() - from.getTime()
    : wakingUntil(toWallClock(to, timeZone)) - wakingUntil(toWallClock(from, timeZone));
  return Math.max(0, passed);
}
