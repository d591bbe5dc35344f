import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { call, type Json } from './portal-call';

let portal: SandboxPortal;
beforeEach(async () => {
  portal = await startSandboxPortal();
});
afterEach(() => portal.stop());

async function control(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${portal.url}/sandbox/${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

test('contacts are added, changed, merged and deleted over HTTP', async () => {
  const first = (await control('POST', 'contacts', { name: 'A', phones: ['+491701'] })).body.id as number;
  const second = (await control('POST', 'contacts', { name: 'B' })).body.id as number;
  expect((await control('PATCH', `contacts/${second}`, { phones: ['+491702'], lastName: 'C' })).status).toBe(
    204,
  );
  await call(portal, 'crm.timeline.comment.add', {
    fields: { ENTITY_ID: first, ENTITY_TYPE: 'contact', COMMENT: 'x' },
  });
  expect((await control('POST', `contacts/${first}/merge`, { into: second })).status).toBe(204);
  const listed = (await control('GET', 'contacts')).body;
  expect(listed).toMatchObject([{ id: second, name: 'B', lastName: 'C', comments: 1 }]);
  expect(listed[0].fm.map((entry: Json) => entry.value)).toEqual(['+491702', '+491701']);
  expect((await control('GET', `contacts/${second}/comments`)).body).toMatchObject([
    { text: 'x', contactIds: [second] },
  ]);
  expect((await control('DELETE', `contacts/${second}`)).status).toBe(204);
  expect((await control('DELETE', `contacts/${second}`)).status).toBe(404);
});

test('limits, timing, settings and clock are changed over HTTP', async () => {
  expect((await control('PUT', 'limits', { burst: 250, drainPerSecond: 5 })).body).toMatchObject({
    burst: 250,
    operatingLimitSeconds: 480,
  });
  expect(
    (await control('PUT', 'timing', { defaultTimeMs: { profile: 700 } })).body.defaultTimeMs.profile,
  ).toBe(700);
  await control('PUT', 'settings', { licenseFamily: 'ent' });
  await control('PUT', 'clock', { offsetMs: 5000 });
  const { body } = await call(portal, 'app.info');
  expect(body.result.LICENSE_FAMILY).toBe('ent');
  expect(body.time.start * 1000 - Date.now()).toBeGreaterThan(4000);
  expect((await control('PUT', 'limits', null)).body).toBeNull();
});

test('stats are read and reset over HTTP, and control is not counted', async () => {
  await call(portal, 'profile');
  expect((await control('GET', 'stats')).body).toMatchObject({ requests: 1, commands: { profile: 1 } });
  expect((await control('DELETE', 'stats')).status).toBe(204);
  expect((await control('GET', 'stats')).body.requests).toBe(0);
});

test('bad bodies and pages of other sites are refused', async () => {
  expect((await control('PUT', 'faults', [{ kind: 'nonsense' }])).status).toBe(400);
  expect((await control('PUT', 'limits', { burst: -1 })).status).toBe(400);
  expect((await control('DELETE', 'faults', undefined, { origin: 'http://elsewhere.example' })).status).toBe(
    403,
  );
});

test('a stopped portal frees its port', async () => {
  const { port } = portal;
  await portal.stop();
  portal = await startSandboxPortal({ port });
  expect(portal.port).toBe(port);
});
