import { z } from 'zod';
import {
  areExtensions,
  areOrigins,
  areProxies,
  isCountry,
  isTimeZone,
  isWebAddress,
  isWebhookUrl,
  parseDurationMs,
  parseKey,
  withDatabase,
} from './formats';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** A variable that may be absent; what it must look like is said in `expected`, and the value itself never. */
function text(expected: string, isGood: (value: string) => boolean) {
  return z.string().refine(isGood, { error: expected }).optional();
}

function duration(expected: string, [minMs, maxMs]: [number, number]) {
  return z
    .string()
    .transform((value, context) => {
      const ms = parseDurationMs(value);
      if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    })
    .optional();
}

function wholeNumber(expected: string, [min, max]: [number, number]) {
  return text(
    expected,
    (value) => /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max,
  ).transform((value) => (value === undefined ? undefined : Number(value)));
}

const days = () => wholeNumber('a whole number of days from 1 to 36500', [1, 36_500]);

const toList = (value: string): string[] =>
  value
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

const keyForm = '32 bytes as 64 hex digits or as base64';
const isKey = (value: string): boolean => parseKey(value) !== null;

const hostForm = 'a host name or an IP address to listen on';
const isHost = (value: string): boolean => /^[A-Za-z0-9.:_-]+$/.test(value);

const publicPages = ['metrics', 'docs', 'readiness'] as const;
const isPublicPage = (one: string) => (publicPages as readonly string[]).includes(one);
const workerVersionings = ['auto', 'outside', 'off'] as const;
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every variable we read, with its form. `descriptions` below says what each is for. */
export const variables = z.object({
  HOST: text(hostForm, isHost),
  PORT: wholeNumber('a port from 1 to 65535', [1, 65535]),
  WORKER_METRICS_PORT: wholeNumber('a port from 1 to 65535', [1, 65535]),
  WORKER_METRICS_HOST: text(hostForm, isHost),
  DATA_DIR: text('a folder', (value) => !value.includes('\0')),
  PUBLIC_URL: text('an address that begins with https:// or http://', isWebAddress).transform((value) =>
    value?.replace(/\/+$/, ''),
  ),
  CORS_ORIGINS: text(
    'origins with commas between them, such as chrome-extension://<id>',
    areOrigins,
  ).transform((value) => value?.split(',').map((origin) => origin.trim())),
  TRUSTED_PROXIES: text(
    'addresses or networks with commas between them, such as 10.0.0.2, 172.16.0.0/12',
    areProxies,
  ).transform((value) => (value === undefined ? undefined : toList(value))),
  PUBLIC_PAGES: text('some of metrics, docs, readiness, with commas between them', (value) =>
    toList(value).every(isPublicPage),
  ).transform((value) =>
    value === undefined ? undefined : publicPages.filter((page) => toList(value).includes(page)),
  ),
  PANEL_ORIGINS: text(
    'origins of browser extensions with commas between them, such as chrome-extension://<id>',
    areExtensions,
  ).transform((value) => value?.split(',').map((origin) => origin.trim())),
  LOG_LEVEL: z.enum(logLevels, { error: `one of ${logLevels.join(', ')}` }).optional(),
  LOG_FILE_BYTES: wholeNumber(
    'a whole number of bytes from 100000, at most 999999999',
    [100_000, 999_999_999],
  ),
  LOG_FILES_KEPT: wholeNumber('a whole number from 0 to 100', [0, 100]),
  OTEL_EXPORTER_OTLP_ENDPOINT: text('an address that begins with https:// or http://', isWebAddress),
  ADMIN_TOKEN: text('at least 16 characters without spaces', (value) => /^[\x21-\x7e]{16,}$/.test(value)),
  ENCRYPTION_KEY: text(keyForm, isKey),
  ENCRYPTION_KEY_PREVIOUS: text(keyForm, isKey),
  BITRIX24_WEBHOOK_URL: text(
    'an inbound webhook: https://<portal>/rest/<user id>/<secret>/ (http:// only on this machine)',
    isWebhookUrl,
  ).transform((value) => value?.replace(/\/*$/, '/')),
  DEFAULT_COUNTRY: text('a country as two capital letters (ISO 3166-1), such as DE', isCountry),
  TIME_ZONE: text('a time zone of the IANA list, such as Europe/Berlin', isTimeZone),
  BACKUP_INTERVAL: duration('a duration from 100ms to 1d, such as 3m', [100, dayMs]),
  PARK_AFTER_QUIET_ROUNDS: wholeNumber('a whole number from 1', [1, 1_000_000]),
  PORTAL_REQUEST_LIMIT: duration('a duration from 100ms to 10m, such as 60s', [100, 10 * minuteMs]),
  MAX_FILE_BYTES: wholeNumber('a whole number of bytes from 1000, at most 999999999', [1_000, 999_999_999]),
  REFUSED_FILE_TYPES: text(
    'MIME types with commas between, such as video/*, application/x-msdownload',
    (value) => toList(value).every((type) => /^[\w.+-]+\/([\w.+-]+|\*)$/.test(type)),
  ).transform((value) => (value === undefined ? undefined : toList(value))),
  KEEP_FILES: duration('a duration from 1h to 3650d, such as 30d', [60 * minuteMs, 3_650 * dayMs]),
  RETENTION_MESSAGES_DAYS: days(),
  RETENTION_UNREADABLE_DAYS: days(),
  RETENTION_HELD_DAYS: days(),
  RETENTION_GROUPS_OFF_DAYS: days(),
  RETENTION_AUDIT_DAYS: days(),
  HISTORY_CHECK_INTERVAL: duration('a duration from 1m to 7d, such as 1h', [minuteMs, 7 * dayMs]),
  MONGODB_URI: text(
    'mongodb://host:port/database or mongodb+srv://...',
    (value) => withDatabase(value) !== null,
  ),
  TEMPORAL_ADDRESS: text('host:port, without https://', (value) =>
    /^[A-Za-z0-9._-]+:\d{1,5}$|^\[[\da-f:]+\]:\d{1,5}$/i.test(value),
  ),
  TEMPORAL_NAMESPACE: text('the name of a namespace', (value) => /^\S+$/.test(value)),
  TEMPORAL_API_KEY: text('an API key, without spaces', (value) => /^\S+$/.test(value)),
  TEMPORAL_WORKER_BUILD_ID: text('letters, digits, dots and dashes, at most 100', (value) =>
    /^[\w.-]{1,100}$/.test(value),
  ),
  WORKER_VERSIONING: z
    .enum(workerVersionings, { error: `one of ${workerVersionings.join(', ')}` })
    .optional(),
  TEMPORAL_TLS: text('true or false', (value) => /^(true|false|1|0)$/i.test(value)),
});

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
    'Quiet rounds after which a contact waits for its next message without a timer; never unless set.',
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

export type Values = z.output<typeof variables>;
