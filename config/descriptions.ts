import type { variables } from './variables';

/** The purpose of each variable, one sentence each; `.env.example` says the same. */
export const descriptions: Record<keyof typeof variables.shape, string> = {
  HOST: 'Where the API listens; 127.0.0.1 unless set, so that it is reachable from this machine only.',
  PORT: 'Port of the API; 3000 unless set, and then it moves when it is taken.',
  WORKER_METRICS_PORT:
    'Port where the worker serves /metrics and /healthz; a free one by npm start, else none, unless set.',
  WORKER_METRICS_HOST:
    'Where that port listens; 127.0.0.1 unless set. Only within a network of its own, as the figures need no token.',
  DATA_DIR: 'Folder of everything that is kept: local servers, logs, secrets made here; .data unless set.',
  PUBLIC_URL: 'Address under which the API is reached from outside, for webhooks and links.',
  CORS_ORIGINS:
    'Origins of browser extensions that may deliver messages, with commas between them; none unless set.',
  TRUSTED_PROXIES:
    'Addresses or networks of proxies of yours whose X-Forwarded-For is believed; none unless set.',
  PUBLIC_PAGES:
    'What is shown without a token: metrics, docs, readiness (what is missing); none of them unless set.',
  WEBHOOK_PRIVATE_HOSTS:
    'Hosts of your own network that may get webhooks, also over http, with commas between them; none unless set.',
  PANEL_ORIGINS:
    'Origins of browser extensions whose own pages may show the panel, with commas between them; none unless set.',
  LOG_LEVEL: 'How much is logged: trace, debug, info (unless set), warn, error, fatal, silent.',
  LOG_FILE_BYTES: 'Size at which npm start begins a log file anew; 20000000 unless set.',
  LOG_FILES_KEPT: 'Log files kept of before each of npm start; 3 unless set.',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'Where traces go, by OTLP over HTTP; none are made unless set.',
  ADMIN_TOKEN: 'Bearer token of the API; made and kept in DATA_DIR/admin-token unless set.',
  ENCRYPTION_KEY:
    'Key of 32 bytes that encrypts stored credentials; made and kept in DATA_DIR/encryption-key unless set.',
  ENCRYPTION_KEY_PREVIOUS:
    'A second key that opens stored credentials, and seals none: for the change to another key; none unless set.',
  BITRIX24_WEBHOOK_URL:
    'Inbound webhook of a real portal; the sandbox portal is started and used unless set.',
  DEFAULT_COUNTRY:
    'Country of phone numbers without a country code, such as DE; they stay doubtful unless it is set.',
  TIME_ZONE: "Zone of the times on a contact's page, such as Europe/Berlin; the machine's unless set.",
  BACKUP_INTERVAL: 'Time between two backup rounds of a contact; 3m unless set.',
  PARK_AFTER_QUIET_ROUNDS:
    "Quiet rounds after which a contact waits for its next message without a timer, and is checked by the portal's sweep; 20 unless set, 0 right after what woke it is on its page, never keeps rounds.",
  MAX_CACHED_WORKFLOWS:
    'Workflows a worker keeps in memory, up to 0.3 MB each; by its memory and the links in rounds unless set, and its log says which.',
  PORTAL_REQUEST_LIMIT:
    'Time after which a portal ends a request by itself; 60s unless set, right for Bitrix24 cloud.',
  MAX_FILE_BYTES: 'The largest file that is taken; 100000000 unless set.',
  REFUSED_FILE_TYPES:
    'Types of files that are not taken, such as video/*, application/x-msdownload; none unless set.',
  KEEP_FILES: 'How long a file is kept here once it is on its page; 30d unless set.',
  RETENTION_MESSAGES_DAYS:
    'Days for which texts of messages are kept here once they are on their page; for ever unless set.',
  RETENTION_UNREADABLE_DAYS: 'Days for which what could not be read is kept; for ever unless set.',
  RETENTION_HELD_DAYS: 'Days for which messages of people who are not linked are held; for ever unless set.',
  RETENTION_GROUPS_OFF_DAYS:
    'Days for which messages of groups that are on nobody’s page are kept; for ever unless set.',
  RETENTION_AUDIT_DAYS: 'Days for which the trail of who did what is kept; for ever unless set.',
  HISTORY_CHECK_INTERVAL:
    'Time between two looks at what a source has that we may have missed; 1h unless set.',
  MONGODB_URI: 'A MongoDB of yours, with its database; one is found or started on this machine unless set.',
  TEMPORAL_ADDRESS: 'A Temporal server of yours; one is found or started on this machine unless set.',
  TEMPORAL_NAMESPACE: 'Namespace on the Temporal server; default unless set.',
  TEMPORAL_API_KEY: 'API key of the Temporal server, for Temporal Cloud; turns TLS on.',
  TEMPORAL_WORKER_BUILD_ID:
    "Name of the worker's version in Temporal; that of the build unless set, and none where the sources run.",
  WORKER_VERSIONING:
    'auto (unless set): a new version of the worker takes over by itself; outside: somebody else says which is current; off: workers have no version.',
  TEMPORAL_TLS:
    "Whether to talk TLS to Temporal; certificates by Temporal's own TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH, TEMPORAL_TLS_SERVER_CA_CERT_PATH, TEMPORAL_TLS_SERVER_NAME.",
};
