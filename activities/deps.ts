import type { Portal } from '../bitrix24/portal';
import type { LinkId, Target } from '../domain/ids';
import type { Store } from '../store/store';

/** Times of the order of writes, in milliseconds. */
export interface BackupSettings {
  backupIntervalMs: number;
  /** Null: a link never parks. */
  parkAfterQuietRounds: number | null;
  /** How long the portal may work on one request. */
  portalRequestLimitMs: number;
  /** A request is given up unless it is fully written this long after its entry became `sending`. */
  writeWindowMs: number;
  /** How far two machines' clocks may differ. */
  clockMarginMs: number;
}

/** Everything the activities work with; the mains and the tests put it together. */
export interface ActivityDeps {
  store: Store;
  /** The client of a portal, by its id. Throws when there is no such portal. */
  portalOf: (portalId: string) => Promise<Portal>;
  settings: BackupSettings;
}

/** After this long a request that may have been carried out has been, or never will be. */
export const unknownAfterMs = (settings: BackupSettings): number =>
  settings.writeWindowMs + settings.portalRequestLimitMs + settings.clockMarginMs;

/** The link that a target is, or null for a group's. */
export const linkIdOf = (target: Target): LinkId | null =>
  target.startsWith('link/') ? target.slice('link/'.length) : null;
