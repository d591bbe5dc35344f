import { resolve } from 'node:path';
import { ConfigError, type ConfigProblem } from './config-error';
import { loadEnvironment, type Environment } from './environment';
import { parseKey, withDatabase } from './formats';
import { hideSecrets } from './hide-secrets';
import { readSecretFiles } from './secret-files';
import { loadOrCreateSecret } from './secrets-file';
import { listTemporalProblems, loadTemporalConfig, type TemporalConfig } from './temporal';
import { variables, type Values } from './variables';

export { ConfigError } from './config-error';
export { listLikelyMisspellings, loadEnvironment } from './environment';
export { secretVariables } from './secret-files';
export { descriptions } from './descriptions';

/** The environment as one typed value; what each variable means stands in `variables.ts`. Secrets do not print. */
export interface Config {
  host: string;
  port: number;
  /** Whether nobody chose the port, so that it may move when it is taken. */
  portIsDefault: boolean;
  /** Null: the worker serves no metrics. */
  workerMetricsPort: number | null;
  workerMetricsHost: string;
  /** An absolute path. */
  dataDir: string;
  /** Without a slash at its end. */
  publicUrl: string | null;
  corsOrigins: string[];
  panelOrigins: string[];
  /** Addresses and networks of proxies. */
  trustedProxies: string[];
  publicPages: NonNullable<Values['PUBLIC_PAGES']>;
  /** Hosts of one's own network that may get webhooks, also over http. */
  webhookHosts: string[];
  logLevel: NonNullable<Values['LOG_LEVEL']>;
  /** Of npm start's own log files: how large each may grow, and how many before it are kept. */
  logs: { maxBytes: number; kept: number };
  /** Null: no traces are made. */
  tracesEndpoint: string | null;
  adminToken: string;
  /** 32 bytes. */
  encryptionKey: Buffer;
  /** Open what was sealed before the key was changed. */
  formerKeys: Buffer[];
  bitrix24: {
    /** With a slash at its end; it holds a secret. */
    webhookUrl: string | null;
  };
  /** ISO 3166-1, two capital letters. */
  defaultCountry: string | null;
  /** Of the IANA list; null: nobody said. */
  timeZone: string | null;
  backupIntervalMs: number;
  /** Null: a contact stays in rounds for ever. */
  parkAfterQuietRounds: number | null;
  /** Null: by memory and the links in rounds. */
  maxCachedWorkflows: number | null;
  portalRequestLimitMs: number;
  /** Which files are taken, and for how long they are kept once they are on their page. */
  files: { maxBytes: number; refusedTypes: string[]; keptForMs: number };
  historyCheckIntervalMs: number;
  /** For how many days what is kept; null: for ever. */
  retention: Record<'messages' | 'unreadable' | 'held' | 'groupsOff' | 'audit', number | null>;
  /** Always names a database; it may hold a password. */
  mongodbUri: string | null;
  temporal: TemporalConfig;
  /** `buildId` null: that of the build. */
  workerVersion: { mode: NonNullable<Values['WORKER_VERSIONING']>; buildId: string | null };
}

/**
 * Reads the environment, with `.env` beneath it unless one is given. Throws one `ConfigError` that names every bad
 * variable. Makes the admin token and the encryption key in DATA_DIR when they are not set.
 */
export function loadConfig(env: Environment = loadEnvironment()): Config {
  // `PORT=` in an .env file means "not set".
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const { env: set, problems: ofFiles } = readSecretFiles(given);
  const parsed = variables.safeParse(set);
  const problems: ConfigProblem[] = [...ofFiles, ...listTemporalProblems(set)];
  for (const issue of parsed.error?.issues ?? []) {
    problems.push({ variable: String(issue.path[0]), expected: issue.message });
  }
  if (!parsed.data || problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data, readTemporal(set));
}

function readTemporal(env: Environment): TemporalConfig {
  try {
    return loadTemporalConfig(env);
  } catch {
    throw new ConfigError([
      { variable: 'TEMPORAL_*', expected: "settings that Temporal's own tools can read" },
    ]);
  }
}

function toConfig(values: Values, temporal: TemporalConfig): Config {
  const dataDir = resolve(values.DATA_DIR ?? '.data');
  const config: Config = {
    host: values.HOST ?? '127.0.0.1',
    port: values.PORT ?? 3000,
    portIsDefault: values.PORT === undefined,
    workerMetricsPort: values.WORKER_METRICS_PORT ?? null,
    workerMetricsHost: values.WORKER_METRICS_HOST ?? '127.0.0.1',
    dataDir,
    publicUrl: values.PUBLIC_URL ?? null,
    corsOrigins: values.CORS_ORIGINS ?? [],
    panelOrigins: values.PANEL_ORIGINS ?? [],
    trustedProxies: values.TRUSTED_PROXIES ?? [],
    publicPages: values.PUBLIC_PAGES ?? [],
    webhookHosts: values.WEBHOOK_PRIVATE_HOSTS ?? [],
    logLevel: values.LOG_LEVEL ?? 'info',
    logs: { maxBytes: values.LOG_FILE_BYTES ?? 20_000_000, kept: values.LOG_FILES_KEPT ?? 3 },
    tracesEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    adminToken: values.ADMIN_TOKEN ?? loadOrCreateSecret(dataDir, 'admin-token'),
    encryptionKey: toKey(values.ENCRYPTION_KEY ?? loadOrCreateSecret(dataDir, 'encryption-key')),
    formerKeys: [values.ENCRYPTION_KEY_PREVIOUS].filter((key) => key !== undefined).map(toKey),
    bitrix24: hideSecrets({ webhookUrl: values.BITRIX24_WEBHOOK_URL ?? null }, ['webhookUrl']),
    defaultCountry: values.DEFAULT_COUNTRY ?? null,
    timeZone: values.TIME_ZONE ?? null,
    backupIntervalMs: values.BACKUP_INTERVAL ?? 180_000,
    parkAfterQuietRounds:
      values.PARK_AFTER_QUIET_ROUNDS === 'never' ? null : (values.PARK_AFTER_QUIET_ROUNDS ?? 20),
    maxCachedWorkflows: values.MAX_CACHED_WORKFLOWS ?? null,
    portalRequestLimitMs: values.PORTAL_REQUEST_LIMIT ?? 60_000,
    files: {
      maxBytes: values.MAX_FILE_BYTES ?? 100_000_000,
      refusedTypes: values.REFUSED_FILE_TYPES ?? [],
      keptForMs: values.KEEP_FILES ?? 30 * 24 * 3_600_000,
    },
    retention: {
      messages: values.RETENTION_MESSAGES_DAYS ?? null,
      unreadable: values.RETENTION_UNREADABLE_DAYS ?? null,
      held: values.RETENTION_HELD_DAYS ?? null,
      groupsOff: values.RETENTION_GROUPS_OFF_DAYS ?? null,
      audit: values.RETENTION_AUDIT_DAYS ?? null,
    },
    historyCheckIntervalMs: values.HISTORY_CHECK_INTERVAL ?? 3_600_000,
    mongodbUri: values.MONGODB_URI === undefined ? null : withDatabase(values.MONGODB_URI),
    temporal,
    workerVersion: {
      mode: values.WORKER_VERSIONING ?? 'auto',
      buildId: values.TEMPORAL_WORKER_BUILD_ID ?? null,
    },
  };
  return hideSecrets(config, ['adminToken', 'encryptionKey', 'formerKeys', 'mongodbUri']);
}

function toKey(value: string): Buffer {
  const key = parseKey(value);
  if (!key)
    throw new ConfigError([{ variable: 'DATA_DIR/encryption-key', expected: '32 bytes as 64 hex digits' }]);
  return key;
}
