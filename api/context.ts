import { EventEmitter } from 'node:events';
import type { Client } from '@temporalio/client';
import type { FetchMedia } from '../intake/files/fetch-file';
import type { Retention } from '../domain/privacy/retention';
import type { Portal } from '../bitrix24/portal';
import { createFetchSoon } from '../intake/files/fetch-soon';
import { createGathering } from '../intake/gather';
import type { Who } from '../domain/access';
import type { Store } from '../store/store';
import { toLoggable, type Logger, type Metrics } from '../telemetry';
import { messagesArrivedSignal, taskQueue as productQueue } from '../workflows/messages';
import { createSessionCookie, type SessionCookie } from './access/session-cookie';
import type { PublicPage } from './door/public-pages';
import { createCursors, type Cursors } from './http/cursor';
import { createLinkWorkflows, type LinkWorkflows } from './links/link-workflows';
import { startWatch } from './watch-starter';

/** All that the API needs from outside. Values of the configuration are plain arguments. */
export interface AppDeps {
  store: Store;
  /** Temporal may be away: every call is bounded, and the API lives on. */
  temporal: Client;
  logger: Logger;
  metrics: Metrics;
  /** The client of a portal that is known to the store. */
  portalOf: (portalId: string) => Promise<Portal>;
  /** Asks a source for a file; without it none is fetched here. */
  fetchMedia?: FetchMedia;
  adminToken: string;
  /** For numbers without a country where the portal has none; ISO 3166-1, or null. */
  defaultCountry: string | null;
  /** Without a slash at its end; null when nobody said under which address we are reached. */
  publicUrl: string | null;
  backupIntervalMs: number;
  /** Null: every link has its rounds for ever; a quiet one may rest unless given. */
  parkAfterQuietRounds?: number | null | undefined;
  /** For how long what is kept, where a portal says nothing; for ever unless given. */
  retention?: Partial<Retention> | undefined;
  /** How long `POST /links` and a report wait for the outcome; 10 s unless given. */
  linkWaitMs?: number;
  /** How long a workflow is waited for; 2 s unless given. */
  queryWaitMs?: number;
  /** Aborted when the process stops: streams end then. */
  stopped?: AbortSignal;
  /** Where workers listen; the product's own queue unless given. */
  taskQueue?: string;
  /** Where the workspace was built; the product's own folder unless given. */
  workspaceFolder?: string;
  /** Requests one caller may send in a minute: an account, or an address. */
  requestsPerMinute?: number;
  /** Failed attempts to be let in, of one address in a minute. */
  failuresPerMinute?: number;
  /** Addresses of proxies whose `X-Forwarded-For` is believed; none unless given. */
  trustedProxies?: readonly string[];
  /** What is shown without a token; nothing unless given. */
  publicPages?: readonly PublicPage[];
  /** Hosts of one's own network that may get webhooks, also over http; none unless given. */
  webhookHosts?: readonly string[];
  /** Origins of browser extensions that may call ingest; none unless given. */
  corsOrigins?: readonly string[];
  /** Origins of browser extensions whose own pages may show the panel; none unless given. */
  panelOrigins?: readonly string[];
}

/** The surroundings of every route. */
export interface ApiContext extends AppDeps {
  cursors: Cursors;
  linkWorkflows: LinkWorkflows;
  /** Takes in what sources deliver, what comes at once together. */
  gathering: ReturnType<typeof createGathering>;
  /** Fetches a portal's files that are due; nobody waits for it. */
  fetchSoon: (portalId: string) => void;
  sessionCookie: SessionCookie;
  /** Says `ended` when a session, user or token of this process's people ended: open streams look whether they may stay. */
  accessEnded: EventEmitter;
  /** Starts the watch of a portal unless it runs. Not done now, it is within ten minutes. */
  watchPortal: (portalId: string) => Promise<void>;
}

/** The surroundings of a change: who asked for it is kept beside it. */
export interface AskedContext extends ApiContext {
  who: Who;
}

export function createContext(deps: AppDeps): ApiContext {
  const { store, temporal, logger, fetchMedia } = deps;
  const { linkWaitMs = 10_000, queryWaitMs = 2_000, taskQueue = productQueue } = deps;
  const linkWorkflows = createLinkWorkflows({ temporal, logger, taskQueue, linkWaitMs, queryWaitMs });
  const wake = (portalId: string, linkIds: readonly string[]) => {
    for (const _id of linkIds) void linkWorkflows.signal({ _id, portalId }, messagesArrivedSignal);
  };
  const onError = (error: unknown) => logger.warn(toLoggable(error), 'files wait for the sweep');
  return {
    ...deps,
    cursors: createCursors(store.deriveKey('cursors')),
    gathering: createGathering(store),
    sessionCookie: createSessionCookie(store.deriveKey('session-cookie'), deps.publicUrl),
    accessEnded: new EventEmitter().setMaxListeners(0),
    fetchSoon: fetchMedia ? createFetchSoon({ store, fetchMedia, wake, onError }) : () => undefined,
    linkWorkflows,
    watchPortal: (portalId) =>
      startWatch({ temporal, taskQueue }, portalId).catch((error: unknown) =>
        logger.warn({ portalId, ...toLoggable(error) }, 'the watch could not be started'),
      ),
  };
}
