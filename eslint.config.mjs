import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';

/**
 * The arrows of the house: room -> rooms and packages it may import as values; `types` may be imported as types only.
 * `inner`: what the files of a sub-room may import of their own room, sub-rooms and files beside them. What is not
 * listed is refused. `node:` modules are open to every room but `domain` and `workflows`.
 */
const rooms = {
  domain: {
    rooms: [],
    packages: ['libphonenumber-js'],
    node: false,
    inner: { groups: ['link', 'identity'], phone: [] },
  },
  config: { rooms: [], packages: ['zod', 'dotenv', '@temporalio/envconfig'] },
  telemetry: {
    rooms: [],
    packages: [
      'pino',
      'prom-client',
      '@opentelemetry/api',
      '@opentelemetry/exporter-trace-otlp-http',
      '@opentelemetry/resources',
      '@opentelemetry/sdk-trace-node',
    ],
  },
  store: {
    rooms: ['domain'],
    packages: ['mongoose', 'umzug'],
    inner: {
      migrations: ['connection', 'leases'],
      backup: [
        ...['connection', 'fields', 'queries', 'leases', 'secret-box', 'store', 'delivery', 'migrations'],
        ...['people', 'portals', 'sealing'],
      ],
      links: ['connection', 'fields', 'queries', 'bulk'],
      people: ['connection', 'fields', 'queries', 'bulk'],
      chats: ['connection', 'fields', 'queries', 'bulk'],
      media: ['connection', 'fields', 'queries', 'bulk'],
      delivery: ['connection', 'fields', 'queries', 'bulk'],
      history: ['connection', 'fields', 'queries', 'bulk', 'chats'],
      reviews: ['connection', 'fields', 'queries'],
      portals: ['connection', 'fields', 'queries', 'secret-box', 'sealing'],
      sources: ['connection', 'fields', 'queries', 'bulk', 'secret-box', 'sealing'],
      access: ['connection', 'fields', 'queries', 'secret-box', 'sealing'],
      audit: ['connection', 'fields', 'queries'],
    },
  },
  intake: {
    rooms: ['domain', 'store'],
    packages: ['magic-bytes.js'],
    inner: {
      files: ['current-chats', 'routing'],
      merging: ['held-messages', 'routing'],
      groups: ['current-chats', 'delivery'],
      policies: ['delivery', 'files'],
      labels: [],
      beginnings: ['groups', 'held-messages'],
      hearsay: ['delivery', 'number-change', 'resolve-person'],
    },
  },
  linking: { rooms: ['domain', 'store'], packages: [] },
  sources: { rooms: ['domain', 'store'], packages: [] },
  webhooks: { rooms: ['domain', 'store'], packages: ['ipaddr.js'] },
  bitrix24: {
    rooms: ['domain'],
    packages: ['zod'],
    inner: {
      rest: ['errors'],
      pacing: ['errors', 'rest'],
      batching: ['errors', 'rest', 'pacing'],
      crm: ['errors', 'rest', 'batching'],
    },
  },
  whatsapp: { rooms: ['domain'], packages: ['zod', 'ical.js', 'yauzl'] },
  activities: {
    rooms: [
      ...[
        'domain',
        'store',
        'intake',
        'linking',
        'sources',
        'webhooks',
        'bitrix24',
        'whatsapp',
        'workflows/messages',
      ],
    ],
    packages: ['@temporalio/activity', '@temporalio/common'],
    types: ['workflows'],
    inner: {
      files: ['deps', 'failures'],
      rounds: [
        ...['deps', 'failures', 'attention', 'serialise', 'round-result', 'drain-turns'],
        ...['groups', 'speakers', 'files', 'restored'],
      ],
      quiet: ['deps', 'groups', 'rounds', 'round-result'],
      speakers: [],
      restored: ['deps', 'failures'],
      groups: ['deps', 'failures', 'attention'],
      linking: ['deps', 'failures', 'attention', 'serialise', 'isolate', 'wake-link'],
      watch: [
        ...['deps', 'failures', 'attention', 'serialise', 'isolate', 'wake-link', 'rounds'],
        ...['groups', 'history', 'files', 'sources', 'privacy'],
      ],
      privacy: ['deps', 'failures', 'isolate', 'wake-link', 'groups', 'rounds'],
      history: ['deps', 'failures', 'isolate', 'wake-link'],
      sources: ['deps', 'failures', 'isolate'],
    },
  },
  workflows: { rooms: ['domain'], packages: ['@temporalio/workflow'], types: ['activities'], node: false },
  processes: {
    rooms: ['config', 'telemetry', 'store', 'intake', 'bitrix24', 'whatsapp'],
    packages: ['@temporalio/client', '@temporalio/worker'],
  },
  worker: {
    rooms: [
      ...[
        'config',
        'telemetry',
        'processes',
        'domain',
        'store',
        'intake',
        'bitrix24',
        'whatsapp',
        'activities',
      ],
      'workflows/messages',
    ],
    packages: ['@temporalio/worker', '@temporalio/common', '@temporalio/interceptors-opentelemetry'],
  },
  api: {
    rooms: [
      ...['config', 'telemetry', 'processes', 'domain', 'store', 'intake', 'linking', 'sources'],
      ...['webhooks'],
      ...['bitrix24', 'whatsapp', 'workflows/messages'],
    ],
    packages: [
      ...[
        '@temporalio/client',
        '@temporalio/common',
        '@temporalio/interceptors-opentelemetry',
        'cors',
        'express',
        'express-rate-limit',
        'csv-parse',
        'helmet',
      ],
      ...['swagger-ui-dist', 'yazl', 'zod', 'zod-openapi'],
    ],
    types: ['workflows'],
    inner: {
      http: ['door'],
      door: ['http'],
      cards: ['http'],
      audit: ['http', 'cards', 'waha', 'meta', 'evolution', 'context'],
      idempotency: ['http'],
      access: ['http', 'cards', 'context'],
      workspace: ['http'],
      export: ['http', 'cards', 'context'],
      bulk: ['http', 'cards', 'links', 'context', 'choose-portal', 'carry-on'],
      reports: ['http', 'cards', 'context', 'choose-portal', 'carry-on'],
      overview: ['http', 'cards', 'context'],
      links: ['http', 'cards', 'context', 'choose-portal'],
      groups: ['http', 'cards', 'context', 'choose-portal'],
      privacy: ['http', 'cards', 'context', 'export', 'choose-portal'],
      crm: ['http', 'cards', 'context', 'choose-portal'],
      connected: ['http', 'cards', 'context', 'waha', 'evolution', 'meta'],
      hooks: ['http', 'door', 'cards', 'links', 'sources', 'waha', 'context'],
      waha: ['http', 'cards', 'context', 'connected', 'sources'],
      evolution: ['http', 'cards', 'context', 'connected'],
      meta: ['http', 'cards', 'context', 'connected'],
      routes: [
        'access',
        'door',
        'http',
        'cards',
        'links',
        'sources',
        'waha',
        'meta',
        'evolution',
        'connected',
        'context',
        'choose-portal',
        'change-feed',
      ],
      ingest: ['http', 'cards', 'links', 'sources', 'media', 'context'],
      sources: ['http', 'cards', 'context'],
      history: ['http', 'cards', 'context', 'choose-portal'],
      imports: ['http', 'cards', 'history', 'context', 'choose-portal'],
      webhooks: ['http', 'cards', 'context'],
      media: ['http', 'cards', 'links', 'context'],
    },
  },
  sandbox: { rooms: [], packages: ['express', 'zod', 'qrcode'] },
};

/** The page knows the API by its description only; its types are generated within its own room. */
const workspace = {
  rooms: [],
  packages: [
    ...['@bitrix24/b24icons-vue', '@bitrix24/b24ui-nuxt', '@tanstack/vue-query', '@vueuse/core'],
    ...['openapi-fetch', 'vue', 'vue-i18n', 'vue-router'],
  ],
  node: false,
};

const seeTheArrows = 'see the arrows in docs/architecture.md.';
const anyOf = (names) => names.map((name) => `${name}(?:/|$)`).join('|') || '(?!)';

/** Refusals for the files of a room that lie `depth` folders deep: a way up leads to a room, or beside the own one. */
function refusalsOf(room, { rooms: open, packages, types = [], node = true }, depth) {
  const up = `^(?:\\.\\./){${depth}}`;
  const doors = open.filter((door) => door.includes('/')).map((door) => `${door}$`);
  const opened = [...open.filter((door) => !door.includes('/')).map((name) => `${name}(?:/|$)`), ...doors];
  const values = opened.join('|') || '(?!)';
  const known = packages.map((name) => `${name}(?:/|$)`).concat(node ? ['node:'] : []);
  return [
    {
      regex: `${up}(?!\\.\\.)(?!${values})(?!${anyOf(types)})`,
      message: `${room}/ may not import this room: ${seeTheArrows}`,
    },
    {
      regex: `${up}(?!${values})(?:${anyOf(types)})`,
      allowTypeImports: true,
      message: `${room}/ may import types only of this room: ${seeTheArrows}`,
    },
    {
      regex: `^(?!\\.)(?!${known.join('|') || '(?!)'})`,
      message: `${room}/ may not import this package: ${seeTheArrows}`,
    },
  ];
}

const refuse = (files, patterns) => ({
  files,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

function arrowsOf(room, arrows) {
  const inner = Object.entries(arrows.inner ?? {}).map(([name, open]) =>
    refuse(
      [`${room}/${name}/**/*.ts`],
      [
        ...refusalsOf(room, arrows, 2),
        {
          regex: `^\\.\\./(?!\\.\\.)(?!${anyOf(open)})`,
          message: `${room}/${name}/ may not import this of its own room: ${seeTheArrows}`,
        },
      ],
    ),
  );
  return [
    refuse([`${room}/*.ts`], refusalsOf(room, arrows, 1)),
    refuse([`${room}/*/**/*.ts`], refusalsOf(room, arrows, 2)),
    refuse([`${room}/*/*/**/*.ts`], refusalsOf(room, arrows, 3)),
    ...inner,
  ];
}

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      'dist',
      'workspace/dist',
      'workspace/generated',
      '.data',
      'coverage',
      'local/*/lib/**',
      'test/histories',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config/ reads the environment.' },
      ],
      'max-depth': ['error', 3],
      'max-lines': ['error', { max: 220, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  ...Object.entries(rooms).flatMap(([room, arrows]) => arrowsOf(room, arrows)),
  ...[1, 2, 3].map((depth) =>
    refuse([`workspace/${'*/'.repeat(depth - 1)}*.ts`], refusalsOf('workspace', workspace, depth)),
  ),
  {
    files: ['config/**/*.ts', 'local/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['local/**/*.ts', 'sandbox/main.ts', 'test/run.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  // A collection's factory is the list of its queries; each query is held to the limit by itself.
  {
    files: ['store/**/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 100, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['**/*.{js,mjs}'], ...tseslint.configs.disableTypeChecked },
  // Their packages are in bench/peers alone; `npm run typecheck --prefix bench/peers` knows them.
  { files: ['bench/peers/tools/*.ts'], ...tseslint.configs.disableTypeChecked },
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
