import { startSandboxPortal, type Fault, type SandboxPortal } from '../../sandbox/portal';
import { addComment, batch, call, until } from './portal-call';

let portal: SandboxPortal;
let contactId: number;
beforeEach(async () => {
  portal = await startSandboxPortal();
  contactId = portal.addContact({ name: 'Klara' });
});
afterEach(() => portal.stop());

const cmd = () => Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, addComment(contactId, key)]));
const texts = () => portal.comments(contactId).map(({ text }) => text);

test.each<[Fault, string]>([
  [{ kind: 'dropBefore', command: 2 }, 'ab'],
  [{ kind: 'dropAfter', command: 2 }, 'abc'],
  [{ kind: 'dropAnswer' }, 'abcd'],
  [{ kind: 'dropAfter', method: 'crm.timeline.comment.add' }, 'a'],
])('%j breaks the connection and leaves %s on the page', async (fault, left) => {
  portal.setFaults([fault]);
  await expect(batch(portal, cmd())).rejects.toThrow('fetch failed');
  expect(texts().join('')).toBe(left);
  expect(portal.stats().broken).toBe(1);
  expect((await batch(portal, { e: addComment(contactId, 'e') })).result.e).toBeGreaterThan(0);
});

test('a late commit breaks the connection at once and writes later', async () => {
  portal.setFaults([{ kind: 'lateCommit', command: 1, delayMs: 150 }]);
  await expect(batch(portal, cmd())).rejects.toThrow('fetch failed');
  expect(texts().join('')).toBe('a');
  await until(() => texts().join('') === 'abcd');
});

test.each([true, false])('a 502 of the proxy is HTML, carried out: %s', async (carriedOut) => {
  portal.setFaults([{ kind: 'html502', carriedOut }]);
  const { status, body } = await call(portal, 'batch', { cmd: cmd() });
  expect(status).toBe(502);
  expect(body).toContain('<html>');
  expect(texts()).toHaveLength(carriedOut ? 4 : 0);
});

test.each<[Fault['kind'], number, string]>([
  ['revoked', 401, 'NO_AUTH_FOUND'],
  ['expiredToken', 401, 'expired_token'],
  ['noRest', 403, 'ACCESS_DENIED'],
  ['overload', 503, 'OVERLOAD_LIMIT'],
  ['deletedPortal', 500, 'PORTAL_DELETED'],
])('%s answers %d %s, and nothing is carried out', async (kind, status, error) => {
  portal.setFaults([{ kind }]);
  expect(await call(portal, 'batch', { cmd: cmd() })).toMatchObject({ status, body: { error } });
  expect(texts()).toEqual([]);
  expect((await call(portal, 'profile')).status).toBe(200);
});

test('a moved portal answers 302 to the same path on the other host', async () => {
  portal.setFaults([{ kind: 'moved', to: 'https://new.example.com' }]);
  const response = await fetch(`${portal.webhookUrl}profile`, { method: 'POST', redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe(
    `https://new.example.com${new URL(portal.webhookUrl).pathname}profile`,
  );
});

test('single commands are refused as asked, also with an empty error', async () => {
  portal.setFaults([
    { kind: 'refuse', command: 1, error: 'ACCESS_DENIED', error_description: 'No right.' },
    { kind: 'emptyError', command: 3 },
  ]);
  const result = await batch(portal, cmd());
  expect(result.result_error).toEqual({
    b: { error: 'ACCESS_DENIED', error_description: 'No right.' },
    d: { error: '', error_description: 'Access denied.' },
  });
  expect(texts().join('')).toBe('ac');
});

test('faults act independently of each other, after and as often as they say', async () => {
  portal.setFaults([
    { kind: 'slow', delayMs: 80, times: -1 },
    { kind: 'refuse', command: 0, times: 1 },
    { kind: 'dropAnswer', after: 1, times: 1 },
  ]);
  const startMs = Date.now();
  expect((await batch(portal, cmd())).result_error.a).toBeDefined();
  expect(Date.now() - startMs).toBeGreaterThanOrEqual(75);
  await expect(batch(portal, cmd())).rejects.toThrow('fetch failed');
  expect((await batch(portal, cmd())).result_error).toEqual([]);
  expect(texts()).toHaveLength(11);
  expect(portal.faults()).toHaveLength(1);
});

test('a portal that is down breaks every connection, and can be switched on again over HTTP', async () => {
  const put = (faults: Fault[]) =>
    fetch(`${portal.url}/sandbox/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    });
  expect((await put([{ kind: 'down', times: -1 }])).status).toBe(204);
  for (let at = 0; at < 3; at += 1) await expect(call(portal, 'profile')).rejects.toThrow('fetch failed');
  expect((await fetch(`${portal.url}/sandbox/faults`, { method: 'DELETE' })).status).toBe(204);
  expect((await call(portal, 'profile')).status).toBe(200);
});
