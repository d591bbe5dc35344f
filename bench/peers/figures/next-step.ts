/** What is known of a number of contacts that was tried. */
interface Tried {
  contacts: number;
  cpuShare: number;
  isKept: boolean;
}

/** Nearer than this, two numbers of contacts are the same. */
const sameRatio = 1.08;
const mostGrowth = 10;
const fewest = 50;
/** A first look at few contacts says how many the processors should carry; a little less is tried next. */
const carefulShare = 0.92;

/** How many contacts are to be tried next to find the most that are kept; null: found, or not even a few are. */
export function nextContacts(steps: readonly Tried[], mostCpuShare: number): number | null {
  const kept = steps.filter(({ isKept }) => isKept);
  const best = Math.max(0, ...kept.map(({ contacts }) => contacts));
  const tooMany = Math.min(
    Infinity,
    ...steps.filter(({ isKept }) => !isKept).map(({ contacts }) => contacts),
  );
  if (best === 0) return tooMany < 2 * fewest ? null : Math.round(tooMany / 2);
  if (tooMany < Infinity) return tooMany / best <= sameRatio ? null : Math.round((best + tooMany) / 2);
  const { cpuShare = mostCpuShare } = kept.find(({ contacts }) => contacts === best) ?? {};
  const growth = Math.min(mostGrowth, (carefulShare * mostCpuShare) / Math.max(0.001, cpuShare));
  return Math.round(best * Math.max(sameRatio, growth));
}
