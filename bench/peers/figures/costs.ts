/** The processor's time in ms of each part of an approach: its worker, its servers, the store. */
export type PartTimes = Record<string, number>;

/** What a stretch of time took, and how much was done in it. */
export interface Stretch {
  seconds: number;
  times: PartTimes;
  contactRounds: number;
  activeContactRounds: number;
}

/** Processor time in ms: a second with no contacts at all, a contact-round in which nothing waits, and one more for each in which something does. */
export interface Costs {
  basePerSecond: PartTimes;
  idle: PartTimes;
  active: PartTimes;
}

const perPart = (names: readonly string[], of: (part: string) => number): PartTimes =>
  Object.fromEntries(names.map((part) => [part, of(part)]));

export const sumOf = (times: PartTimes): number => Object.values(times).reduce((sum, ms) => sum + ms, 0);

/** Separates them by three stretches: no contacts, all idle, some active. */
export function separateCosts(base: Stretch, idle: Stretch, active: Stretch): Costs {
  const parts = Object.keys(active.times);
  const time = (stretch: Stretch, part: string) => stretch.times[part] ?? 0;
  const basePerSecond = perPart(parts, (part) => time(base, part) / base.seconds);
  const cost = (stretch: Stretch, part: string) =>
    time(stretch, part) - (basePerSecond[part] ?? 0) * stretch.seconds;
  const idleCost = perPart(parts, (part) => Math.max(0, cost(idle, part) / idle.contactRounds));
  const activeCost = perPart(parts, (part) => {
    const idleRounds = (idleCost[part] ?? 0) * active.contactRounds;
    return Math.max(0, (cost(active, part) - idleRounds) / Math.max(1, active.activeContactRounds));
  });
  return { basePerSecond, idle: idleCost, active: activeCost };
}

/** Cores that so many contacts keep busy, all processes together. */
export function coresFor(
  { basePerSecond, idle, active }: Costs,
  { contacts, intervalMs, activeShare }: { contacts: number; intervalMs: number; activeShare: number },
): number {
  const perRound = sumOf(idle) + sumOf(active) * activeShare;
  return (sumOf(basePerSecond) + (contacts * perRound * 1000) / intervalMs) / 1000;
}
