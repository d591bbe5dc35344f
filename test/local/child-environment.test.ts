import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepPrivate } from '../../local/private-folder';
import { toChildEnvironment } from '../../local/processes/child-environment';

const environment = {
  ...{ PATH: '/bin', HOME: '/home/anna', LC_ALL: 'C', https_proxy: 'http://proxy:3128' },
  ...{ ADMIN_TOKEN: 'a', ENCRYPTION_KEY_FILE: '/run/key', TEMPORAL_TLS_CLIENT_KEY_PATH: '/k', OTEL_X: 'o' },
  ...{ AWS_SECRET_ACCESS_KEY: 'planted', GITHUB_TOKEN: 'planted', npm_config_registry: 'planted' },
};
const machine = { PATH: '/bin', HOME: '/home/anna', LC_ALL: 'C', https_proxy: 'http://proxy:3128' };

test('a program of others gets what every program needs, and no setting of ours', () => {
  expect(toChildEnvironment(environment, undefined)).toEqual(machine);
});

test('a process of the product gets its settings, too, and nothing of other programs', () => {
  const own = { ADMIN_TOKEN: 'b', PORT: '3000' };
  expect(toChildEnvironment(environment, own)).toEqual({
    ...machine,
    ...{ ENCRYPTION_KEY_FILE: '/run/key', TEMPORAL_TLS_CLIENT_KEY_PATH: '/k', OTEL_X: 'o' },
    ...own,
  });
});

test('what an earlier start left open is closed, what comes is closed from its beginning, and nothing else is touched', () => {
  const before = process.umask();
  const folder = mkdtempSync(join(tmpdir(), 'contact-link-private-'));
  const modeOf = (name: string): string => (statSync(join(folder, name)).mode & 0o777).toString(8);
  try {
    mkdirSync(join(folder, 'logs'));
    for (const name of ['logs/api.log', 'ports.json', 'temporal.db-wal', 'somebody-elses.txt']) {
      writeFileSync(join(folder, name), 'x');
      chmodSync(join(folder, name), 0o644);
    }
    symlinkSync('/etc/hosts', join(folder, 'link.json'));
    for (const name of ['', 'logs']) chmodSync(join(folder, name), 0o755);
    keepPrivate(folder);
    writeFileSync(join(folder, 'new'), 'x');
    expect(['', 'logs', 'logs/api.log', 'ports.json', 'temporal.db-wal', 'new'].map(modeOf)).toEqual([
      ...['700', '700', '600', '600', '600', '600'],
    ]);
    expect(modeOf('somebody-elses.txt')).toBe('644');
  } finally {
    process.umask(before);
    rmSync(folder, { recursive: true });
  }
});
