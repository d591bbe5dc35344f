import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { loadConfig } from '../../config';
import { workerMemory } from '../../local/start-app';
import { createMetrics, createStateGauges } from '../../telemetry';

const root = join(__dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface Service {
  image: string;
  entrypoint?: string[];
  build?: string;
  ports?: string[];
  container_name?: string;
  read_only?: boolean;
  cap_drop?: string[];
  user?: string;
  networks?: string[];
  volumes?: string[];
  secrets?: string[];
  environment?: Record<string, string>;
  env_file?: { path: string }[];
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean }>;
  secrets: Record<string, { file: string }>;
}

const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const folder = mkdtempSync(join(tmpdir(), 'contact-link-compose-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where the script made the secrets, in a copy of its folder. */
function makeSecrets(): string {
  cpSync(join(root, 'deploy'), join(folder, 'deploy'), { recursive: true });
  execFileSync('sh', ['deploy/make-secrets.sh'], { cwd: folder });
  return join(folder, 'secrets');
}

test('only the API is reached from outside, and only from this machine unless asked', () => {
  const open = services.filter(([, { ports = [] }]) => ports.length > 0);
  expect(open.map(([name]) => name)).toEqual(['api']);
  expect(compose.services.api?.ports).toEqual(['${API_ADDRESS:-127.0.0.1}:${API_PORT:-3000}:3000']);
  const databases = ['mongodb', 'postgresql', 'temporal', 'temporal-ui', 'prometheus', 'grafana'];
  for (const name of databases) expect([name, compose.services[name]?.networks]).toEqual([name, ['inside']]);
  expect(compose.networks.inside?.internal).toBe(true);
});

test('a worker is given the same limits of memory as by npm start', () => {
  const { entrypoint, environment } = compose.services.worker ?? {};
  expect(entrypoint).toEqual(expect.arrayContaining(workerMemory.flags));
  expect(environment).toMatchObject(workerMemory.env);
});

test('each version is exact, and nothing keeps a service from being scaled', () => {
  for (const [name, { image, container_name }] of services) {
    const isExact = name === 'api' || name === 'worker' || /:[\w-]*\d+\.\d+[\w.-]*$/.test(image);
    expect([name, isExact, container_name]).toEqual([name, true, undefined]);
  }
  expect(compose.services.worker?.ports).toBeUndefined();
});

test('api and worker write nowhere, and may do nothing that a plain process may not', () => {
  for (const name of ['api', 'worker'])
    expect(compose.services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
  const lines = read('Dockerfile').split('\n');
  expect(lines.filter((line) => line.startsWith('USER'))).toEqual(['USER node']);
  expect(lines.findIndex((line) => line.startsWith('USER'))).toBeGreaterThan(
    lines.findIndex((line) => line.startsWith('COPY --from=build')),
  );
});

test('the Dockerfile has no fault', () => {
  expect(validate(read('Dockerfile'))).toEqual([]);
});

test('every secret that a service takes is made by the script, once, in a folder of its own', () => {
  const secrets = makeSecrets();
  const made = () => readdirSync(secrets).map((name) => [name, readFileSync(join(secrets, name), 'utf8')]);
  const first = made();
  const taken = services.flatMap(([, { secrets: names = [] }]) => names);
  for (const name of taken) expect(Object.keys(compose.secrets)).toContain(name);
  for (const { file } of Object.values(compose.secrets))
    expect([file, existsSync(join(folder, file))]).toEqual([file, true]);
  expect(statSync(secrets).mode & 0o777).toBe(0o700);
  makeSecrets();
  expect(made()).toEqual(first);
  expect(read('.gitignore')).toContain('\nsecrets/\n');
  expect(read('.dockerignore')).toContain('\nsecrets\n');
});

test('the product reads the environment of its service, each secret from its file', () => {
  const secrets = makeSecrets();
  const environment = Object.entries(compose.services.worker?.environment ?? {}).map(([name, value]) => [
    name,
    value.replace(/\$\{\w+:-([^}]*)\}/, '$1').replace('/run/secrets', secrets),
  ]);
  const config = loadConfig(Object.fromEntries(environment) as Record<string, string>);
  expect(config).toMatchObject({
    host: '0.0.0.0',
    workerMetricsHost: '0.0.0.0',
    workerMetricsPort: 9464,
    temporal: { address: 'temporal:7233', namespace: 'default' },
  });
  expect(config.adminToken).toMatch(/^[0-9a-f]{64}$/);
  expect(config.encryptionKey).toHaveLength(32);
  expect(config.mongodbUri).toMatch(/^mongodb:\/\/contact_link:[0-9a-f]{64}@mongodb:27017\/contact_link\?/);
});

test('every volume of a service is a named one or a file of ours that is there', () => {
  for (const [name, { volumes = [] }] of services)
    for (const volume of volumes) {
      const source = volume.split(':')[0] ?? '';
      const isThere = source.startsWith('./') ? existsSync(join(root, source)) : source in compose.volumes;
      expect([name, volume, isThere]).toEqual([name, volume, true]);
    }
});

test('alert rules and the dashboard ask for metrics that exist', () => {
  const { registry } = createMetrics();
  createStateGauges(registry);
  const known = registry.getMetricsAsArray().map(({ name }) => name);
  const rules = (parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { expr: string }[] }[] })
    .groups;
  const panels = (
    JSON.parse(read('deploy/grafana/dashboards/contact-link.json')) as {
      panels: { targets: { expr: string }[] }[];
    }
  ).panels;
  const asked = [...rules.flatMap(({ rules }) => rules), ...panels.flatMap(({ targets }) => targets)]
    .flatMap(({ expr }) => expr.match(/\b[a-z][a-z0-9]*_[a-z0-9_]*|\bup\b/g) ?? [])
    .filter((name) => name !== 'histogram_quantile')
    .map((name) => name.replace(/_(bucket|count)$/, ''));
  expect(asked.length).toBeGreaterThan(10);
  for (const name of asked) expect(['up', ...known]).toContain(name);
  const documented = read('docs/operations.md');
  for (const name of known.filter((one) => !/^(process|nodejs)_/.test(one)))
    expect(documented).toContain(`\`${name}`);
});
