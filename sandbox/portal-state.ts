import type { PortalData } from './data/portal-data';
import type { FaultList } from './faults';
import { MethodTime } from './limits/method-time';
import { RequestBucket } from './limits/request-bucket';
import type { PortalClock } from './portal-clock';
import type { Limits, PortalSettings, Timing } from './portal-options';
import type { Statistics } from './statistics';

/** The limits in force with what was used of them. */
export interface LimitState {
  limits: Limits;
  bucket: RequestBucket;
  methodTime: MethodTime;
}

/** Limits with nothing used yet; null when they are off. */
export function createLimitState(limits: Limits | null): LimitState | null {
  if (limits === null) return null;
  return { limits, bucket: new RequestBucket(limits), methodTime: new MethodTime(limits) };
}

/** All parts of one running portal. `limits`, `timing` and `settings` may be replaced while it runs. */
export interface PortalState {
  secret: string;
  data: PortalData;
  clock: PortalClock;
  faults: FaultList;
  statistics: Statistics;
  settings: PortalSettings;
  timing: Timing;
  limits: LimitState | null;
  /** Writes that a broken connection left to appear later. */
  lateCommits: Set<NodeJS.Timeout>;
}
