import type { Portal } from '../bitrix24/portal';
import type { Retention } from '../domain/privacy/retention';
import type { HistoryRules } from '../domain/history';
import type { AccountDoc } from '../store/accounts';
import { toWriteWindowMs } from '../domain/files/write-window';
import type { EntryFile } from '../store/delivery/entries';
import type { AsideKind } from '../store/asides';
import type { SourceState } from '../domain/source/words';
import type { ProbeFact } from '../store/sources/liveness';
import type { Store } from '../store/store';
import type { HistorySource } from '../whatsapp/history-source';

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
  /** So long a round works off the past; a third of the interval unless given. */
  historyShareMs?: number;
  /** How a link for which nothing waits is looked at: by one activity that Temporal tries again (unless given), or by a timer for each round. */
  quietBy?: 'retries' | 'timer';
}

/** `failed`: it ended before all that waited was delivered. */
export type RoundOutcome = 'quiet' | 'backed-up' | 'failed';

/** `reconciled`: delivered, as the page showed after an unknown outcome. `refused`: Bitrix24 would not have it. */
export type EntryOutcome = 'delivered' | 'reconciled' | 'refused' | 'unknown' | 'cancelled';

/** What a source answered when it was asked: whether it did, and its word on itself, where it gave one. */
export interface Probed {
  outcome: ProbeFact['outcome'];
  word: string | null;
}

/** Everything the activities work with; the mains and the tests put it together. */
export interface ActivityDeps {
  store: Store;
  /** The client of a portal, by its id. Throws when there is no such portal. */
  portalOf: (portalId: string) => Promise<Portal>;
  settings: BackupSettings;
  /** Fetches a portal's files that are due, in the background. */
  fetchSoon?: ((portalId: string) => void) | undefined;
  /** What an account's source has of the past; null where it has none to give. Absent: no account has. */
  historyOf?: ((account: AccountDoc) => HistorySource | null) | undefined;
  /** The usual ones unless given. */
  historyRules?: HistoryRules | undefined;
  /** Called for every round that ended, and for what becomes of entries, as it happens; how late the one, how fresh the other was. */
  onRound?: ((outcome: RoundOutcome, lateMs?: number | null) => void) | undefined;
  onEntry?: ((outcome: EntryOutcome, tookMs?: number | null) => void) | undefined;
  /** Called for every sweep that went through, with its time. */
  onSweep?: ((tookMs: number) => void) | undefined;
  /** Called for every item that failed and is left alone for a while: see `isolate`. */
  onSetAside?: ((kind: AsideKind | 'entry') => void) | undefined;
  /** Asks an account's source how it is; null for a source that cannot be asked. Never throws. WAHA's REST unless given. */
  probeSource?: ((account: AccountDoc) => Promise<Probed | null>) | undefined;
  /** For how long what is kept, where the portal says nothing; for ever unless given. */
  retention?: Partial<Retention> | undefined;
  /** How long after somebody is put away what was being taken in may still come; 30 s unless given. */
  forgetGraceMs?: number | undefined;
  /** Hosts of one's own network that may get webhooks; none unless given. */
  webhookHosts?: readonly string[] | undefined;
  /** Whether workflows may tell Temporal's lists now what they can be searched by; never unless given. */
  isSearchable?: (() => boolean) | undefined;
  /** Called for every source whose state changed. */
  onSource?: ((state: SourceState) => void) | undefined;
}

/** After this long a request that may have been carried out has been, or never will be; with files it may take longer to leave us. */
export const unknownAfterMs = (settings: BackupSettings, files: readonly EntryFile[] = []): number =>
  toWriteWindowMs(settings.writeWindowMs, sizeOf(files)) +
  settings.portalRequestLimitMs +
  settings.clockMarginMs;

const sizeOf = (files: readonly EntryFile[]): number =>
  files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
