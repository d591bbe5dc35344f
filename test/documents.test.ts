import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parse } from 'yaml';
import type { TroubleCode } from '../activities/failures';
import { describeApi, type AppDeps } from '../api/app';
import { problemCodes } from '../api/http/problem-codes';
import { descriptions } from '../config';
import { secretVariables } from '../config/secret-files';
import { webhookTypes } from '../domain/webhooks/event';
import type { SourceCode } from '../domain/source/words';
import type { Doubt } from '../store/links/link-schema';
import { createMetrics, createStateGauges } from '../telemetry';

const root = join(__dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const list = (...patterns: string[]): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));

const documents = list('*.md').map((file) => ({ file, text: read(file) }));
/** Decisions and benchmarks say how it was when they were written. */
const isOfNow = ({ file }: { file: string }): boolean => !/docs\/(decisions|benchmarks|queries)/.test(file);
const current = documents.filter(isOfNow);
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** What each document has of this form, as `file: found`. */
const find = (form: RegExp, among = current): { file: string; found: string }[] =>
  among.flatMap(({ file, text }) => [...text.matchAll(form)].map(([, found = '']) => ({ file, found })));
const listWrong = (found: { file: string; found: string }[], isRight: (one: string) => boolean): string[] => [
  ...new Set(found.filter((one) => !isRight(one.found)).map((one) => `${one.file}: ${one.found}`)),
];
const section = (file: string, heading: string): string =>
  read(file).split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

/** A heading as GitHub names it in addresses. */
const toAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, one = '']) => toAnchor(one));

test('no link between documents is dead', () => {
  const links = find(/\]\((?!https?:)([^)\s]+)\)/g, documents);
  expect(links.length).toBeGreaterThan(100);
  const dead = links.filter(({ file, found }) => {
    const [path = '', anchor] = found.split('#');
    const target = path === '' ? file : normalize(join(dirname(file), path));
    if (!existsSync(join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
  });
  expect(dead).toEqual([]);
});

test('every command of ours that a document gives is there', () => {
  const named = [...find(/npm run (?:--silent )?([\w:-]+)/g, documents)];
  expect(named.length).toBeGreaterThan(20);
  expect(listWrong(named, (name) => name in scripts)).toEqual([]);
  const built = find(/\bdist\/([\w/-]+)\.js/g);
  expect(built.length).toBeGreaterThan(5);
  expect(listWrong(built, isThere)).toEqual([]);
  const rooms = new Set(list('*').map((file) => file.split('/')[0] ?? ''));
  const files = find(/`(?:sh )?([\w.-]+\/[\w./-]+)`/g).filter(({ found }) =>
    rooms.has(found.split('/')[0] ?? ''),
  );
  expect(files.length).toBeGreaterThan(10);
  expect(listWrong(files, isThere)).toEqual([]);
});

/** The API is only described: nothing of what it would need is touched. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => '' : nothing),
  apply: () => nothing,
});

/** Paths with nameless parameters, each with its methods. */
function listRoutes(): Set<string> {
  const deps = { store: nothing, temporal: nothing, logger: nothing, metrics: nothing, portalOf: nothing };
  const described = describeApi({ ...deps, adminToken: 'none', publicUrl: null } as unknown as AppDeps);
  const { paths } = described as { paths: Record<string, Record<string, unknown>> };
  return new Set(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{[^}]*\}/g, '*')}`),
    ),
  );
}

/** Also what a room exports, as `room/file`. */
const isThere = (path: string): boolean =>
  existsSync(join(root, path)) || existsSync(join(root, `${path}.ts`));

const undescribed = ['/readyz', '/healthz', '/metrics', '/version'].map((path) => `GET ${path}`);
const isOfMeta = (call: string): boolean => call.startsWith('POST /<business');

test('every call that a document gives is in the API', () => {
  const routes = new Set([...listRoutes(), ...undescribed]);
  const isKnown = (call: string): boolean => {
    const [method = '', path = ''] = call.split(' ');
    const plain = path.replace(/\{[^}]*\}|<[^>]*>/g, '*').replace(/[/.]$/, '');
    return [plain, `/api/v1${plain}`].some((one) => routes.has(`${method} ${one}`));
  };
  const calls = find(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^\s`?]+)/g).filter(({ found }) => !isOfMeta(found));
  expect(calls.length).toBeGreaterThan(80);
  expect(listWrong(calls, isKnown)).toEqual([]);
});

test('every call that our own sentences give is in the API', () => {
  const routes = listRoutes();
  const sources = list('*.ts')
    .filter((file) => !/^(test|bench|sandbox|workspace)\//.test(file))
    .map((file) => ({ file, text: read(file) }));
  const calls = find(/((?:GET|POST|PUT|PATCH|DELETE) \/api\/v1\/[^\s`'",.)]+)/g, sources);
  expect(calls.length).toBeGreaterThan(0);
  const isKnown = (call: string) => routes.has(call.replace(/\$?\{[^}]*\}|<[^>]*>|:\w+/g, '*'));
  expect(listWrong(calls, isKnown)).toEqual([]);
});

test('what is run on the stored data finds the database of npm start', () => {
  for (const name of ['backup', 'restore', 'reseal'])
    expect(scripts[name]).toBe(`node --import tsx local/backup/with-mongo-main.ts ${name}`);
});

test('every refusal that a document names is one of the API', () => {
  const named = find(/\b4\d\d `([a-z_]+)`/g);
  expect(named.length).toBeGreaterThan(3);
  expect(listWrong(named, (code) => code in problemCodes)).toEqual([]);
});

const variables = Object.keys(descriptions);
/** Names of others that documents speak of. */
const ofOthers = [
  /^(TEMPORAL_TLS_\w+|OTEL_EXPORTER_OTLP_HEADERS|MALLOC_ARENA_MAX|NEWCOMERS|CHROMIUM)$/,
  /^(WAHA_API_KEY|SCAN_QR_CODE|AUTHENTICATION_API_KEY|DATABASE_SAVE_\w+|NODE_FUNCTION_ALLOW_BUILTIN)$/,
];

test('every variable is spoken of in a document, and no document speaks of one that is not there', () => {
  const text = current.map((one) => one.text).join('\n');
  expect(variables.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  const compose = `${read('docker-compose.yml')}${read('deploy/inspect.yml')}`;
  const ofCompose = [...compose.matchAll(/\$\{(\w+):-/g)].map(([, name]) => name);
  const known = [...variables, ...secretVariables.map((name) => `${name}_FILE`), ...ofCompose];
  const isKnown = (name: string) => known.includes(name) || ofOthers.some((form) => form.test(name));
  const named = find(/`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)(?==[^`]*`|`)/g).filter(
    ({ found }) => !/^(ACCESS|ADDRESS|MOVED)_/.test(found),
  );
  expect(named.length).toBeGreaterThan(50);
  expect(listWrong(named, isKnown)).toEqual([]);
});

test('.env.example says of each secret that it may stand in a file', () => {
  const head = read('.env.example').split('\n\n')[0] ?? '';
  expect(secretVariables.filter((name) => !new RegExp(`\\b${name}\\b[^_]`).test(head))).toEqual([]);
  expect(new Set(secretVariables).size).toBe(secretVariables.length);
});

test('what Compose sets of our variables is one of them', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string> }>;
  };
  const set = ['api', 'worker'].flatMap((name) => Object.keys(services[name]?.environment ?? {}));
  const known = [...variables, ...secretVariables.map((name) => `${name}_FILE`), 'MALLOC_ARENA_MAX'];
  expect(set.filter((name) => !known.includes(name))).toEqual([]);
});

/** The compiler asks for each of them. */
const attentions: Record<TroubleCode | Doubt['code'] | 'portal_moved' | 'interrupted', true> = {
  portal_busy: true,
  portal_unreachable: true,
  portal_reauthorise: true,
  portal_gone: true,
  portal_blocked: true,
  portal_moved: true,
  ask_administrator: true,
  contact_gone: true,
  number_gone: true,
  contact_unreadable: true,
  contacts_vanished: true,
  page_unreadable: true,
  refusal_unclear: true,
  refused: true,
  store_unavailable: true,
  interrupted: true,
  unexpected: true,
};
const sourceStates: Record<SourceCode, true> = {
  connected: true,
  quiet_too_long: true,
  nothing_yet: true,
  scan_needed: true,
  logged_out: true,
  session_failed: true,
  session_stopped: true,
  tab_closed: true,
  no_heartbeat: true,
  no_answer: true,
  key_refused: true,
  labels_unread: true,
  number_blocked: true,
};

/** The names in one column of a section's table. */
function listColumn(file: string, heading: string, column: number): string[] {
  const rows = section(file, heading)
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|--'));
  return rows
    .slice(1)
    .flatMap((row) => [...(row.split('|')[column + 1] ?? '').matchAll(/`([\w.]+)(?:\{[^}]*\})?`/g)])
    .map(([, name = '']) => name)
    .sort();
}

test('of each attention, and of no other, is said what to do', () => {
  const told = listColumn('docs/operations.md', 'What an `attention` code means, and what to do', 0);
  expect(told).toEqual(Object.keys(attentions).sort());
  const words = JSON.parse(read('workspace/messages/en.json')) as { attention: Record<string, string> };
  expect(Object.keys(attentions).filter((code) => !(code in words.attention))).toEqual([]);
});

test('of each state of a source, and of no other, is said what to do', () => {
  const told = listColumn('docs/operations.md', 'How a source is, and what to do', 1);
  expect(told).toEqual(Object.keys(sourceStates).sort());
});

test('each event that is sent to other systems is described', () => {
  const told = read('docs/webhooks.md').matchAll(/`((?:source|link|review|backup)\.\w+)`/g);
  expect([...new Set([...told].map(([, type]) => type))].sort()).toEqual([...webhookTypes].sort());
});

test('each figure that is described is there', () => {
  const { registry } = createMetrics();
  createStateGauges(registry);
  const known = registry.getMetricsAsArray().map(({ name }) => name);
  const described = listColumn('docs/operations.md', 'Metrics', 0);
  expect(described.length).toBeGreaterThan(15);
  expect(described.filter((name) => !known.includes(name))).toEqual([]);
});

test('what Temporal shows of quiet links is named in its guide as it stands there', () => {
  const guide = read('docs/temporal.md');
  const [, summary = ''] = /repeatedStep\('([^']+)'\)/.exec(read('workflows/await-messages.ts')) ?? [];
  const [, failure = ''] = /'(No fault: [^'.]+)/.exec(read('activities/quiet/await-messages.ts')) ?? [];
  for (const words of [summary, failure]) {
    expect(words).not.toBe('');
    expect(guide).toContain(words);
  }
});
