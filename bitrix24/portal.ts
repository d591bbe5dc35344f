import { createHash } from 'node:crypto';
import { type AskOptions, createAsk } from './crm/ask';
import { createBatcher } from './batching/batcher';
import { createUploads } from './batching/uploads';
import { createClient, type RequestMetrics } from './rest/client';
import { type FactsKeeper, learnPlan } from './learn-plan';
import { type Contacts, createContacts } from './crm/contacts';
import type { OutageKind } from './pacing/budget-state';
import { createPacing } from './pacing/pacing';
import { Bitrix24Error } from './errors';
import type { BudgetStorage } from './pacing/shared-budget';
import { createTimeline, type Timeline } from './crm/timeline';

export interface PortalOptions {
  portalId: string;
  /** A secret, never logged. */
  webhookUrl: string;
  /** How long the portal may work on one request; default 60 s. */
  requestLimitMs?: number | undefined;
  /** How long a claimed request may take until it has left us whole; default 10 s. */
  writeWindowMs?: number | undefined;
  /** How often a portal is tried whose access must be renewed; default 3 min. Other outages in proportion. */
  probeEveryMs?: number | undefined;
  /** How long a command waits for company while nothing is under way; default 60 ms. */
  idleWindowMs?: number | undefined;
  budgets: BudgetStorage;
  /** Our clock, which pacing and the clock offset use. */
  now?: (() => number) | undefined;
  /** The origin that it was seen to have moved to, while the configured address stays the truth. */
  movedTo?: string | null | undefined;
  /** It moved to another origin, or is back at its configured address (null). */
  onMoved?: ((origin: string | null) => void) | undefined;
  /** Without it no move is followed: the portal could not be known again. */
  facts?: FactsKeeper | undefined;
  onRequest?: ((metrics: RequestMetrics) => void) | undefined;
}

/** One customer's Bitrix24: at most one object per portal and process. */
export interface Portal {
  readonly portalId: string;
  readonly contacts: Contacts;
  readonly timeline: Timeline;
  /**
   * Sets the pace of the portal's plan for all processes, asked unless one of them did within a day, in a batch with whatever
   * else is waiting. An outage changes nothing and is no error here: the next call asks again.
   */
  learnPlan(): Promise<void>;
  /** The difference of the portal's clock from ours; asked only when no answer of the last five minutes had it. */
  fetchClockOffset(options?: AskOptions): Promise<number>;
  /** What keeps it as a whole from working, for all processes, or null. */
  findOutage(): Promise<PortalOutage | null>;
  /** A person asks: the next request of any process is a try, one for all who ask; no pause is waited out. */
  endPause(): Promise<void>;
  /** Ends the pause and tries at once. */
  tryNow(): Promise<void>;
  /** Sends nothing new and ends when the requests under way have. */
  close(): Promise<void>;
}

export interface PortalOutage {
  kind: OutageKind;
  since: Date;
  /** The time of the next try by itself; in the past while one is under way. */
  nextTryAt: Date;
}

const OFFSET_FRESH_MS = 5 * 60_000;

export function createPortal(settings: PortalOptions): Portal {
  const { portalId, webhookUrl, facts, now = Date.now } = settings;
  let offset: { ms: number; knownAtMs: number } | null = null;
  const client = createClient({
    ...settings,
    facts: facts?.known,
    // The envelope's time is that of the moment before we read it; a command's own may be many seconds older.
    onTime: ({ finishMs }) => {
      if (finishMs !== null) offset = { ms: finishMs - now(), knownAtMs: now() };
    },
  });
  const pacing = createPacing({
    ...settings,
    storage: settings.budgets,
    credentials: fingerprintOf(webhookUrl),
    now,
  });
  const batcher = createBatcher({
    ...{ client, pacing },
    ...{ writeWindowMs: settings.writeWindowMs, idleWindowMs: settings.idleWindowMs },
  });
  const uploads = createUploads({ client, pacing, writeWindowMs: settings.writeWindowMs });
  const ask = createAsk(batcher);

  async function fetchClockOffset(options: AskOptions = {}): Promise<number> {
    if (offset && now() - offset.knownAtMs < OFFSET_FRESH_MS) return offset.ms;
    const { result } = await ask('server.time', {}, options);
    if (offset) return offset.ms;
    const portalMs = typeof result === 'string' ? Date.parse(result) : Number.NaN;
    return Number.isNaN(portalMs) ? 0 : portalMs - now();
  }

  async function findOutage(): Promise<PortalOutage | null> {
    const outage = await pacing.outage();
    if (!outage) return null;
    const { kind, sinceMs, untilMs } = outage;
    return { kind, since: new Date(sinceMs ?? now()), nextTryAt: new Date(untilMs || now()) };
  }

  async function tryNow(): Promise<void> {
    if ((await pacing.outage()) === null) return;
    await pacing.endPause();
    await ask('server.time', {}).catch((error: unknown) => {
      if (!(error instanceof Bitrix24Error)) throw error;
    });
  }

  return {
    portalId,
    findOutage,
    endPause: () => pacing.endPause(),
    tryNow,
    contacts: createContacts(batcher, ask),
    timeline: createTimeline({ batcher, uploads }, ask, () => offset?.ms ?? null),
    learnPlan: () => learnPlan(ask, pacing, now(), facts),
    fetchClockOffset,
    close: async () => {
      await Promise.all([batcher.close(), uploads.close()]);
    },
  };
}

/** Distinguishes credentials without showing them: new ones are tried at once. */
const fingerprintOf = (webhookUrl: string): string =>
  createHash('sha256').update(webhookUrl).digest('hex').slice(0, 16);
