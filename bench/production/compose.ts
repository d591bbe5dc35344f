import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '../..');

interface ComposeFile {
  services: Record<
    string,
    { command?: string[]; entrypoint?: string[]; environment?: Record<string, string> }
  >;
}

/** A folder of its own with what Compose mounts: `deploy/`, and secrets made by its script. */
export function makeSite(): string {
  const site = mkdtempSync(join(tmpdir(), 'contact-link-site-'));
  // The database's own user enters, too.
  chmodSync(site, 0o755);
  cpSync(join(root, 'deploy'), join(site, 'deploy'), { recursive: true });
  execFileSync('sh', ['deploy/make-secrets.sh'], { cwd: site });
  chmodSync(join(site, 'secrets'), 0o755);
  return site;
}

/** The stand-in of MongoDB has no users, and is on this machine. */
export function pointAtMongo(site: string, port: number): void {
  const file = join(site, 'secrets/mongodb-uri');
  chmodSync(file, 0o644);
  writeFileSync(file, `mongodb://127.0.0.1:${port}/contact_link\n`);
}

export const readSecret = (site: string, name: string): string =>
  readFileSync(join(site, 'secrets', name), 'utf8').trim();

/** The environment that docker-compose.yml gives a service, on this machine: its mounts are in `site`, its hosts are here. */
export function environmentOf(service: string, site: string): Record<string, string> {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as ComposeFile;
  const given = services[service]?.environment;
  if (!given) throw new Error(`docker-compose.yml has no environment of ${service}`);
  const here = (value: string) =>
    value
      .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')
      .replace('/run/secrets', join(site, 'secrets'))
      .replace('/deploy/', `${join(site, 'deploy/temporal')}/`)
      .replace(/^0\.0\.0\.0/, '127.0.0.1')
      .replace(/^(postgresql|temporal|mongodb)(?=:|$)/, '127.0.0.1');
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, here(String(value))]));
}

/** How node runs a service: its flags (those of the image unless the service has its own), and the file of the build. */
export function commandOf(service: string): { flags: string[]; file: string } {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as ComposeFile;
  const { command = [], entrypoint = ['node', '--enable-source-maps'] } = services[service] ?? {};
  return { flags: entrypoint.slice(1), file: command[0] ?? '' };
}
