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

/** Every variable we read, with its form. `descriptions` says what each is for. */
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
  WEBHOOK_PRIVATE_HOSTS: text(
    'names or addresses of hosts with commas between them, without port or path, such as n8n, 10.0.0.5',
    (value) => toList(value).every(isHost),
  ).transform((value) => (value === undefined ? undefined : toList(value))),
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
  PARK_AFTER_QUIET_ROUNDS: z.literal('never').or(wholeNumber('a whole number, or never', [0, 1_000_000])),
  MAX_CACHED_WORKFLOWS: wholeNumber('a whole number from 50 to 100000', [50, 100_000]),
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

export type Values = z.output<typeof variables>;
