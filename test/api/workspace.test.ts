import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi, useApi } from '../scenes/api';

const folder = mkdtempSync(join(tmpdir(), 'contact-link-workspace-'));
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>built page</title>');
writeFileSync(join(folder, 'icon.svg'), '<svg/>');
writeFileSync(join(folder, '.sources'), 'hash');
writeFileSync(join(folder, 'assets', 'index-AbC1.js'), 'export const built = 1;\n'.repeat(200));
afterAll(() => rmSync(folder, { recursive: true }));

const api = useApi({ workspaceFolder: folder });
const open = { token: null };

/** An address in every place that the page's own router knows. */
const places = [
  ...readFileSync(join(__dirname, '../../workspace/routes.ts'), 'utf8').matchAll(/path: '([^']+)'/g),
]
  .map(([, path = '']) => path.replaceAll(/:\w+/g, '000000000000000000000000'))
  .filter((path) => !path.includes('*'));

test.each([...places, '/panel?phone=%2B4915112345'])(
  '%s is the page, under a policy without inline and eval',
  async (path) => {
    const page = await api.get(path, open);
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('built page')]);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  },
);

test('only the panel may stand in a frame, of the extensions that are named and of no other page', async () => {
  const extension = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop';
  const framed = await startApi({ workspaceFolder: folder, panelOrigins: [extension] });
  const framing = async (path: string, server = framed) => {
    const { headers } = await server.get(path, open);
    const [ancestors] = /frame-ancestors [^;]*/.exec(headers.get('content-security-policy') ?? '') ?? [];
    return [ancestors, headers.get('x-frame-options')];
  };
  try {
    const ours = "frame-ancestors 'self'";
    expect(await framing('/panel?chat=491701234567@c.us')).toEqual([`${ours} ${extension}`, null]);
    for (const path of ['/', '/contacts', '/panel/other', '/log-in'])
      expect(await framing(path)).toEqual([ours, 'SAMEORIGIN']);
    expect((await framing('/panel', api))[0]).toBe(ours);
  } finally {
    await framed.stop();
  }
});

test('what no place is called stays a problem, also under the API', async () => {
  for (const path of [
    '/nowhere',
    '/api/v2/links',
    '/contactsx',
    '/assets/none.js',
    '/.sources',
    '/assets/..%2findex.html',
  ]) {
    const answer = await api.get(path, open);
    expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'not_found']);
  }
  expect((await api.get('/api/v1/contacts', open)).status).toBe(401);
});

test('assets are kept for good, and go compressed to who takes it', async () => {
  const asset = await fetch(`${api.url}/assets/index-AbC1.js`);
  expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(asset.headers.get('content-type')).toContain('text/javascript');
  expect(asset.headers.get('content-encoding')).toBe('gzip');
  const plain = await fetch(`${api.url}/assets/index-AbC1.js`, {
    headers: { 'accept-encoding': 'identity' },
  });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(await plain.text()).toBe(await asset.text());
  expect((await api.get('/icon.svg', open)).status).toBe(200);
});

test('a page that was not built says how to build it', async () => {
  const bare = await startApi({ workspaceFolder: join(folder, 'none') });
  try {
    const answer = await bare.get('/', open);
    expect([answer.status, answer.body.detail]).toEqual([404, expect.stringContaining('build:workspace')]);
  } finally {
    await bare.stop();
  }
});
