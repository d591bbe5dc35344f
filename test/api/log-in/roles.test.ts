import { useApi } from '../../scenes/api';
import { logInUser, type Browser } from '../../scenes/browser';

const api = useApi({ linkWaitMs: 50, queryWaitMs: 50 });

const roles = ['viewer', 'agent', 'admin'] as const;
type Role = (typeof roles)[number];

interface Operation {
  name: string;
  method: string;
  path: string;
  role: Role | undefined;
  schemes: string[];
}

let operations: Operation[];
const browsers: Partial<Record<Role, Browser>> = {};
const tokens: Partial<Record<Role, string>> = {};

beforeAll(async () => {
  const { body } = await api.get('/api/openapi.json');
  operations = Object.entries<Record<string, ReturnType<typeof JSON.parse>>>(body.paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path.replace('/api/v1', '')}`,
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, '000000000000000000000000'),
        role: operation['x-role'],
        schemes: operation.security.flatMap((one: object) => Object.keys(one)).sort(),
      })),
  );
  for (const role of roles) {
    browsers[role] = await logInUser(api, role);
    tokens[role] = (await api.post('/api/v1/tokens', { name: role, role })).body.token;
  }
});

const ofRoles = () => operations.filter(({ schemes }) => schemes.includes('session'));
/** These end what this test needs, and are tried in the tests of log-in. */
const endsSessions = new Set(['POST /log-out', 'DELETE /sessions']);

test('every operation says who may call it', () => {
  const others = operations.filter(({ schemes }) => !schemes.includes('session'));
  expect(ofRoles().filter(({ role }) => !role || !roles.includes(role))).toEqual([]);
  expect(ofRoles().map(({ schemes }) => schemes)).toEqual(ofRoles().map(() => ['session', 'token']));
  const open = others.filter(({ schemes }) => schemes.length === 0).map(({ name }) => name);
  // Meta's handshake has a token of its own.
  const openToAll = ['GET /hooks/meta/{accountId}', 'POST /log-in'];
  expect(open.filter((name) => !name.startsWith('POST /hooks/')).sort()).toEqual(openToAll);
  const ofAccounts = others.filter(({ schemes }) => schemes.length > 0);
  expect(
    ofAccounts.filter(({ name, schemes }) => !name.includes(' /ingest/') || schemes[0] !== 'account'),
  ).toEqual([]);
});

/** Names, and how a source is doing, are no settings: whoever sees a chat may see whose it is, and whether it is whole. */
const isOfSources = /^GET \/(portals(\/\{portalId\})?|accounts(\/\{accountId\}(\/(liveness|gaps))?)?)$/;

/** They only look: their filter is in the body, where no access log keeps it. */
const looks = new Set(['POST /links/search', 'POST /links/search/count', 'POST /crm/contacts/search']);

test('a viewer changes nothing, and what is secret or a setting is an admin’s', () => {
  const changes = ofRoles().filter(({ method, name }) => method !== 'GET' && !looks.has(name));
  expect(
    changes
      .filter(({ role }) => role === 'viewer')
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...endsSessions].sort());
  const settings = / \/(accounts|portals|users|tokens|webhooks|log-in-links)(\/|$)/;
  const ofSettings = ofRoles().filter(({ name }) => settings.test(name));
  expect(ofSettings.length).toBeGreaterThan(10);
  const forOthers = ofSettings.filter(({ role }) => role !== 'admin').map(({ name }) => name);
  expect(forOthers.filter((name) => !isOfSources.test(name))).toEqual([]);
});

test.each(['viewer', 'agent'] as const)(
  'a %s reads names and states of portals and numbers, no settings',
  async (role) => {
    const { id } = await api.addAccount({ phone: role === 'viewer' ? '+4930444441' : '+4930444442' });
    const read = async (path: string) => Object.keys((await browsers[role]?.send('GET', path))?.body).sort();
    const ofAccount = ['createdAt', 'heartbeatAt', 'id', 'kind', 'lastEventAt', 'liveness', 'name', 'phone'];
    expect(await read(`/accounts/${id}`)).toEqual([...ofAccount, 'portalId', 'sourceState']);
    const ofPortal = ['attention', 'disconnectedAt', 'host', 'id', 'outage'];
    expect(await read(`/portals/${api.portalId}`)).toEqual(ofPortal);
    for (const [path, names] of [
      ['/accounts', [...ofAccount, 'portalId', 'sourceState']],
      ['/portals', ofPortal],
    ] as const) {
      const [first] = (await browsers[role]?.send('GET', path))?.body.items;
      expect(Object.keys(first).sort()).toEqual(names);
    }
  },
);

/** The code of the refusal, or null when the operation itself answered. Streams are left at their first byte. */
async function ask(url: string, init: RequestInit): Promise<string | null> {
  const left = new AbortController();
  const answer = await fetch(url, { ...init, signal: left.signal });
  const isStream = answer.headers.get('content-type')?.includes('event-stream') ?? false;
  const { status } = answer;
  const text = isStream ? '' : await answer.text();
  left.abort();
  if (![401, 403].includes(status)) return null;
  return (JSON.parse(text) as { code: string }).code;
}

const rank = (role: Role | undefined): number => roles.indexOf(role as Role);

async function tryAll(role: Role, headers: Record<string, string>): Promise<[string, string | null][]> {
  const tried: [string, string | null][] = [];
  for (const { name, method, path } of ofRoles()) {
    if (endsSessions.has(name)) continue;
    const body =
      method === 'GET' ? {} : { body: '{}', headers: { ...headers, 'content-type': 'application/json' } };
    tried.push([name, await ask(`${api.url}${path}`, { method, headers, ...body })]);
  }
  const expected = ofRoles()
    .filter(({ name }) => !endsSessions.has(name))
    .map(({ name, role: needed }) => [name, rank(role) >= rank(needed) ? null : 'role_too_low']);
  expect(tried).toEqual(expected);
  return tried;
}

test.each(roles)('a token of the role %s opens what the role may, and nothing else', async (role) => {
  const tried = await tryAll(role, { authorization: `Bearer ${tokens[role]}` });
  expect(tried.length).toBeGreaterThan(35);
});

test.each(roles)('a session of the role %s opens what the role may, and nothing else', async (role) => {
  await tryAll(role, { cookie: browsers[role]?.cookie ?? '', 'x-contact-link': '1' });
});

test('without log-in nothing of it is open', async () => {
  for (const { name, method, path } of ofRoles())
    expect([name, await ask(`${api.url}${path}`, { method })]).toEqual([name, 'missing_token']);
});
