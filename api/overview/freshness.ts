import { fromStep, type DeliveryHour } from '../../store/delivery/delivery-hours';

/** The times that half, and all but a hundredth, of the deliveries took at most; null: there were none. */
export function toFreshness(hours: readonly DeliveryHour[]): { p50Ms: number | null; p99Ms: number | null } {
  const counts = new Map<number, number>();
  for (const { freshness } of hours)
    for (const [step, count] of Object.entries(freshness))
      counts.set(Number(step), (counts.get(Number(step)) ?? 0) + count);
  const steps = [...counts].sort(([a], [b]) => a - b);
  const total = steps.reduce((sum, [, count]) => sum + count, 0);
  const at = (share: number): number | null => {
    let seen = 0;
    for (const [step, count] of steps) {
      seen += count;
      if (seen >= total * share) return fromStep(step);
    }
    return null;
  };
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
