import tseslint from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';

/**
 * The arrows of the house: room -> rooms and packages it may import as values; `types` may be imported as types only.
 * What is not listed is refused. `node:` modules are open to every room but `domain` and `workflows`.
 */
const rooms = {
  domain: { rooms: [], packages: ['libphonenumber-js'], node: false },
  config: { rooms: [], packages: ['zod', 'dotenv', '@temporalio/envconfig'] },
  telemetry: { rooms: [], packages: ['pino', 'prom-client'] },
  store: { rooms: ['domain'], packages: ['mongoose'], types: ['bitrix24'] },
  bitrix24: { rooms: ['domain'], packages: ['zod'] },
  whatsapp: { rooms: ['domain'], packages: ['zod'] },
  activities: {
    rooms: ['domain', 'store', 'bitrix24', 'whatsapp', 'workflows/messages'],
    packages: ['@temporalio/activity', '@temporalio/common'],
    types: ['workflows'],
  },
  workflows: { rooms: ['domain'], packages: ['@temporalio/workflow'], types: ['activities'], node: false },
  worker: {
    rooms: [
      'config',
      'telemetry',
      'domain',
      'store',
      'bitrix24',
      'whatsapp',
      'activities',
      'workflows/messages',
    ],
    packages: ['@temporalio/worker', '@temporalio/common'],
  },
  api: {
    rooms: ['config', 'telemetry', 'domain', 'store', 'bitrix24', 'whatsapp', 'workflows/messages'],
    packages: [
      '@temporalio/client',
      '@temporalio/common',
      'express',
      'zod',
      'zod-openapi',
      'helmet',
      'express-rate-limit',
      'swagger-ui-dist',
    ],
    types: ['workflows'],
  },
  sandbox: { rooms: [], packages: ['express', 'zod'] },
};

const everyRoom = [...Object.keys(rooms), 'local', 'test', 'bench'];

function arrowsOf(room, { rooms: open, packages, types = [], node = true }) {
  const forbidden = everyRoom.filter((other) => other !== room && !open.includes(other));
  const patterns = forbidden.map((other) => {
    const doors = open.filter((door) => door.startsWith(`${other}/`)).map((door) => door.slice(other.length));
    const except = doors.length > 0 ? `(?!(?:${doors.join('|')})$)` : '';
    return {
      regex: `^(?:\\.\\./)+${other}${except}(?:/|$)`,
      allowTypeImports: types.includes(other),
      message: `${room}/ may not import ${other}/: see the arrows in docs/architecture.md.`,
    };
  });
  const allowed = [
    ...packages.map((name) => `${name.replaceAll('/', '\\/')}(?:\\/|$)`),
    ...(node ? ['node:'] : []),
  ];
  patterns.push({
    regex: `^(?!\\.)(?!${allowed.join('|') || '$^'})`,
    message: `${room}/ may not import this package: see the arrows in docs/architecture.md.`,
  });
  return {
    files: [`${room}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

export default tseslint.config(
  { ignores: ['node_modules', 'dist', '.data', 'coverage', 'local/*/lib/**', 'test/histories'] },
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
  ...Object.entries(rooms).map(([room, arrows]) => arrowsOf(room, arrows)),
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
    files: ['store/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 130, skipBlankLines: true, skipComments: true }] },
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
  { files: ['**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
