import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError, descriptions, listLikelyMisspellings, loadConfig, loadEnvironment } from '../../config';

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'contact-link-config-'))));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const load = (env: Record<string, string | undefined> = {}) => loadConfig({ DATA_DIR: dataDir, ...env });

function listBad(env: Record<string, string>): string[] {
  try {
    load(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable }) => variable);
  }
}

test('an empty environment gives the documented defaults', () => {
  expect(load()).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    portIsDefault: true,
    dataDir,
    publicUrl: null,
    logLevel: 'info',
    workerMetricsPort: null,
    bitrix24: { webhookUrl: null },
    defaultCountry: null,
    timeZone: null,
    backupIntervalMs: 180_000,
    parkAfterQuietRounds: 20,
    portalRequestLimitMs: 60_000,
    mongodbUri: null,
    temporal: { namespace: 'default', address: null },
  });
});

test('contacts stay in rounds for ever when somebody asks for it', () => {
  expect(load({ PARK_AFTER_QUIET_ROUNDS: 'never' })).toMatchObject({ parkAfterQuietRounds: null });
});

test('a variable set to nothing counts as not set', () => {
  expect(load({ PORT: '', TIME_ZONE: '', BITRIX24_WEBHOOK_URL: '' })).toMatchObject({
    port: 3000,
    portIsDefault: true,
  });
});

test('every bad variable is named at once and no value is repeated', () => {
  const bad = {
    HOST: 'secret-value here',
    PORT: 'secret-value',
    WORKER_METRICS_PORT: 'secret-value',
    PUBLIC_URL: 'ftp://secret-value',
    LOG_LEVEL: 'secret-value',
    ADMIN_TOKEN: 'secret-value',
    ENCRYPTION_KEY: 'secret-value',
    BITRIX24_WEBHOOK_URL: 'http://portal.example/rest/1/secret-value/',
    DEFAULT_COUNTRY: 'secret-value',
    TIME_ZONE: 'secret-value',
    BACKUP_INTERVAL: 'secret-value',
    PARK_AFTER_QUIET_ROUNDS: 'secret-value',
    PORTAL_REQUEST_LIMIT: 'secret-value',
    HISTORY_CHECK_INTERVAL: 'secret-value',
    MONGODB_URI: 'secret-value',
    TEMPORAL_ADDRESS: 'https://secret-value',
    TEMPORAL_NAMESPACE: 'secret-value name',
    TEMPORAL_API_KEY: 'secret-value key',
    TEMPORAL_TLS: 'secret-value',
    TEMPORAL_TLS_CLIENT_KEY_PATH: '/nowhere/secret-value',
  };
  expect(listBad(bad).sort()).toEqual(Object.keys(bad).sort());
  expect(() => load(bad)).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('secret-value') }),
  );
});

test.each([
  ['PORT', ['1', '65535'], ['0', '65536', '3e3', '-1', '80.5', ' 80', '0x50']],
  ['DEFAULT_COUNTRY', ['DE', 'GB', 'XK', 'BR'], ['de', 'UK', 'EU', 'ZZ', 'XA', 'GER', 'AQ', '49']],
  [
    'TIME_ZONE',
    ['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'],
    ['Mars/Base', '+02:00', 'GMT+99', 'Berlin'],
  ],
  [
    'BACKUP_INTERVAL',
    ['3m', '60s', '1500ms', '1.5h', '1d'],
    ['3', 'm', '3 minutes', '-3m', '0s', '2d', '1ms'],
  ],
  ['PORTAL_REQUEST_LIMIT', ['60s', '100ms', '10m'], ['11m', '0', 'forever']],
  ['HISTORY_CHECK_INTERVAL', ['1m', '1h', '7d'], ['59s', '8d', '0', 'never']],
  ['PARK_AFTER_QUIET_ROUNDS', ['0', '20', 'never'], ['-1', '1.5', 'always']],
  [
    'ENCRYPTION_KEY',
    ['ab'.repeat(32), Buffer.alloc(32, 7).toString('base64')],
    ['ab'.repeat(31), 'x', Buffer.alloc(31).toString('base64')],
  ],
  ['ADMIN_TOKEN', ['0123456789abcdef'], ['short', 'sixteen chars but spaces']],
  [
    'PUBLIC_URL',
    ['https://a.example', 'http://10.0.0.1:8080/x/'],
    ['a.example', 'ftp://a', 'https://user:pw@a'],
  ],
  [
    'BITRIX24_WEBHOOK_URL',
    [
      'https://a.bitrix24.de/rest/1/abc123/',
      'https://a.bitrix24.de/rest/1/abc',
      'http://127.0.0.1:3100/rest/1/abc/',
      'http://localhost/rest/1/abc/',
    ],
    [
      'https://a.bitrix24.de/',
      'https://a.bitrix24.de/rest/abc/',
      'https://a.bitrix24.de/rest/1/abc/profile.json',
      'http://10.0.0.1/rest/1/abc/',
      'http://127.0.0.1.evil.example/rest/1/abc/',
      'https://a/rest/1/abc/?x=1',
    ],
  ],
  [
    'MONGODB_URI',
    ['mongodb://127.0.0.1:27017', 'mongodb+srv://u:p@c.example/db?w=majority', 'mongodb://a:1,b:2/db'],
    ['http://a', 'mongodb://', 'mongodb://a/b/c', '127.0.0.1:27017'],
  ],
  [
    'TEMPORAL_ADDRESS',
    ['127.0.0.1:7233', 'ns.acct.tmprl.cloud:7233', '[::1]:7233'],
    ['127.0.0.1', 'http://a:7233', 'a:b'],
  ],
])('%s takes what it should and refuses the rest', (variable, good, bad) => {
  for (const value of good) expect([value, ...listBad({ [variable]: value })]).toEqual([value]);
  for (const value of bad) expect([value, ...listBad({ [variable]: value })]).toEqual([value, variable]);
});

test('values come out in one form', () => {
  const config = load({
    PUBLIC_URL: 'https://a.example/x//',
    BITRIX24_WEBHOOK_URL: 'https://a.bitrix24.de/rest/1/abc',
    BACKUP_INTERVAL: '1500ms',
    ENCRYPTION_KEY: 'ab'.repeat(32),
  });
  expect(config.publicUrl).toBe('https://a.example/x');
  expect(config.bitrix24.webhookUrl).toBe('https://a.bitrix24.de/rest/1/abc/');
  expect(config.backupIntervalMs).toBe(1500);
  expect(config.encryptionKey).toEqual(Buffer.alloc(32, 0xab));
});

test.each([
  ['mongodb://h:1', 'mongodb://h:1/contact_link'],
  ['mongodb://h:1/', 'mongodb://h:1/contact_link'],
  ['mongodb://h:1/mine', 'mongodb://h:1/mine'],
  ['mongodb://u:p@h:1/?tls=true', 'mongodb://u:p@h:1/contact_link?tls=true&authSource=admin'],
  ['mongodb://u:p@h:1/', 'mongodb://u:p@h:1/contact_link?authSource=admin'],
  ['mongodb://u:p@h:1/?authSource=x', 'mongodb://u:p@h:1/contact_link?authSource=x'],
  ['mongodb://u:p@h:1/mine', 'mongodb://u:p@h:1/mine'],
])('the connection string %s is used as %s', (given, used) => {
  expect(load({ MONGODB_URI: given }).mongodbUri).toBe(used);
});

test('secrets show neither as JSON nor when printed, nor in a copy, and are there to be used', () => {
  const config = load({
    ADMIN_TOKEN: 'planted-admin-token',
    ENCRYPTION_KEY: 'ab'.repeat(32),
    BITRIX24_WEBHOOK_URL: 'https://a.bitrix24.de/rest/1/planted/',
    TEMPORAL_NAMESPACE: 'shown-namespace',
    MONGODB_URI: 'mongodb://u:planted@h/db',
    TEMPORAL_ADDRESS: 'h:1',
    TEMPORAL_API_KEY: 'planted',
  });
  for (const shown of [
    JSON.stringify(config),
    inspect(config, { depth: 9 }),
    JSON.stringify({ ...config }),
    inspect({ ...config }),
  ]) {
    expect(shown).not.toMatch(/planted|abab|<Buffer/);
    expect(shown).toContain('shown-namespace');
  }
  expect({ ...config }.adminToken).toBe('planted-admin-token');
  expect(config.temporal.connectionOptions).toMatchObject({ address: 'h:1', apiKey: 'planted' });
});

test('token and key are made once, kept, and readable by their owner only', () => {
  const first = load();
  const second = load();
  expect(first.adminToken).toMatch(/^[\da-f]{64}$/);
  expect(first.encryptionKey).toHaveLength(32);
  expect(second.adminToken).toBe(first.adminToken);
  expect(second.encryptionKey).toEqual(first.encryptionKey);
  for (const name of ['admin-token', 'encryption-key']) {
    expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
  }
});

test('a refused environment makes no files', () => {
  expect(listBad({ PORT: 'x' })).toEqual(['PORT']);
  expect(() => statSync(join(dataDir, 'admin-token'))).toThrow('ENOENT');
});

test('a spoilt encryption key file is refused by name', () => {
  writeFileSync(join(dataDir, 'encryption-key'), 'spoilt');
  expect(listBad({})).toEqual(['DATA_DIR/encryption-key']);
});

test('.env lies beneath the environment', () => {
  writeFileSync(join(dataDir, '.env'), 'PORT=4000\nTIME_ZONE="Europe/Berlin" # home\n');
  expect(loadEnvironment(dataDir, { PORT: '5000' })).toMatchObject({
    PORT: '5000',
    TIME_ZONE: 'Europe/Berlin',
  });
});

test('a slip in a name is noticed, other variables are left alone', () => {
  const env = {
    BITRIX24_WEBHOK_URL: 'x',
    TIMEZONE: 'x',
    backup_interval: 'x',
    MONGODB_URI: 'x',
    HOSTNAME: 'x',
    PATH: 'x',
    TEMPORAL_ADRESS: 'x',
    ADMIN_TOEKN: 'x',
  };
  expect(listLikelyMisspellings(env)).toEqual([
    { found: 'BITRIX24_WEBHOK_URL', meant: 'BITRIX24_WEBHOOK_URL' },
    { found: 'TIMEZONE', meant: 'TIME_ZONE' },
    { found: 'backup_interval', meant: 'BACKUP_INTERVAL' },
    { found: 'TEMPORAL_ADRESS', meant: 'TEMPORAL_ADDRESS' },
    { found: 'ADMIN_TOEKN', meant: 'ADMIN_TOKEN' },
  ]);
});

test('.env.example holds every variable, and nothing in it is set', () => {
  const example = readFileSync(join(__dirname, '../../.env.example'), 'utf8');
  for (const name of Object.keys(descriptions)) expect(example).toMatch(new RegExp(`^#${name}=`, 'm'));
  expect(example).not.toMatch(/^\w/m);
});

test('a secret may stand in a file, without the line break at its end', () => {
  const file = join(dataDir, 'a-secret');
  writeFileSync(file, 'mongodb://somewhere:27017/x\n');
  expect(load({ MONGODB_URI_FILE: file }).mongodbUri).toBe('mongodb://somewhere:27017/x');
  expect(load({ MONGODB_URI_FILE: '' }).mongodbUri).toBeNull();
});

test('a secret that stands twice, or in a file that cannot be used, is named', () => {
  const file = join(dataDir, 'a-secret');
  writeFileSync(file, 'mongodb://somewhere:27017/x');
  const empty = join(dataDir, 'nothing');
  writeFileSync(empty, '\n');
  expect(listBad({ MONGODB_URI_FILE: file, MONGODB_URI: 'mongodb://elsewhere:27017/x' })).toEqual([
    'MONGODB_URI_FILE',
  ]);
  expect(listBad({ ADMIN_TOKEN_FILE: join(dataDir, 'nowhere'), ENCRYPTION_KEY_FILE: empty })).toEqual([
    'ADMIN_TOKEN_FILE',
    'ENCRYPTION_KEY_FILE',
  ]);
});
