import type { ActivityDeps } from '../activities';
import type { Metrics } from '../telemetry';

type Counting = Pick<ActivityDeps, 'onRound' | 'onEntry' | 'onSweep' | 'onSource' | 'onSetAside'>;

/** What happens in the activities, as figures. */
export const createCounting = (metrics: Metrics): Counting => ({
  onRound: (outcome, lateMs = null) => {
    metrics.rounds.inc({ outcome });
    if (lateMs !== null) metrics.roundLatenessSeconds.observe(lateMs / 1_000);
  },
  onEntry: (outcome, tookMs = null) => {
    metrics.entries.inc({ outcome });
    if (tookMs !== null) metrics.deliveryFreshnessSeconds.observe(tookMs / 1_000);
  },
  onSweep: (tookMs) => metrics.sweepDurationSeconds.observe(tookMs / 1_000),
  onSource: (state) => metrics.sourceChanges.inc({ state }),
  onSetAside: (kind) => metrics.itemsSetAside.inc({ kind }),
});
