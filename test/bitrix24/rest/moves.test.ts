import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../../bitrix24/rest/client';
import { findNewAddress } from '../../../bitrix24/rest/new-address';
import type { PortalFacts } from '../../../bitrix24/rest/same-portal';
import { answer, failure, type Handler, startPortal } from '../fake-portal';

const facts: PortalFacts = { userId: '1', license: 'basic' };
const info = { LICENSE_FAMILY: 'basic' };
const noAuth = { error: 'NO_AUTH_FOUND', error_description: 'Wrong authorization data' };

/** A Bitrix24 portal: without the secret it turns everybody away, with it it says whose webhook it is. */
const bitrix24 = (userId: string, name: string): Handler => {
  return (body, request, response) => {
    if (!request.url?.includes('s3cr3t')) return answer(noAuth, 401)(body, request, response);
    const result = { result: { c0: info, c1: { ID: userId } } };
    answer({ result: request.url.endsWith('/batch') ? result : name })(body, request, response);
  };
};

/** An address that sends everybody on, until it is told to answer. */
async function startOld(toHost: () => string) {
  const state: { answers: Handler | null } = { answers: null };
  const portal = await startPortal((body, request, response) => {
    if (state.answers) return state.answers(body, request, response);
    response.writeHead(302, { location: `http://${toHost()}${request.url}` }).end('<html>moved</html>');
  });
  return { ...portal, state };
}

async function startMoved(
  home: Handler,
  given: { homeEveryMs?: number; facts?: () => PortalFacts | null } = {},
) {
  const now = await startPortal(home);
  const old = await startOld(() => now.host);
  const moves: (string | null)[] = [];
  const client = createClient({
    webhookUrl: old.webhookUrl,
    facts: () => facts,
    onMoved: (origin) => moves.push(origin),
    ...given,
  });
  return { now, old, moves, client };
}

test('a moved portal that is known again is asked at its new address from then on', async () => {
  const { now, old, moves, client } = await startMoved(bitrix24('1', 'here'));
  expect((await client.call('crm.item.list', { a: 1 })).result).toBe('here');
  expect((await client.call('crm.item.list', {})).result).toBe('here');
  expect(old.bodies).toHaveLength(1);
  expect(now.bodies[0]).toBe('POST /rest/server.time {}');
  expect(now.bodies.slice(2)).toEqual([
    'POST /rest/1/s3cr3t/crm.item.list {"a":1}',
    'POST /rest/1/s3cr3t/crm.item.list {}',
  ]);
  expect(moves).toEqual([`http://${now.host}`]);
});

test.each<[string, Handler]>([
  ['answers everything', answer({ result: { result: { c0: info, c1: { ID: '1' } } } })],
  ['answers with a page', answer('<html>Log in</html>', 401)],
  ['answers nothing', (_body, request) => request.socket.destroy()],
])('a host that %s never sees the secret, nor a text', async (_what, handler) => {
  const { now, moves, client } = await startMoved(handler);
  const call = client.call('crm.timeline.comment.add', { text: 'private' });
  expect(await failure(call)).toMatchObject({
    name: 'AskAdminError',
    code: 'MOVED_UNPROVEN',
    scope: 'portal',
  });
  expect(now.bodies.join()).not.toMatch(/s3cr3t|private/);
  expect(moves).toEqual([]);
});

test('another portal sees no text, and the true one is asked again as soon as it is back', async () => {
  const { now, old, client } = await startMoved(bitrix24('2', 'another'));
  const post = () => client.call('crm.timeline.comment.add', { text: 'private' });
  expect(await failure(post())).toMatchObject({ code: 'MOVED_UNPROVEN' });
  old.state.answers = answer({ result: 7 });
  expect((await post()).result).toBe(7);
  expect(now.bodies.join()).not.toMatch(/private/);
});

test('no move of a portal is followed that was never asked what it is', async () => {
  const { now, client } = await startMoved(bitrix24('1', 'here'), { facts: () => null });
  expect(await failure(client.call('app.info', {}))).toMatchObject({ code: 'MOVED_UNPROVEN' });
  expect(now.bodies).toEqual([]);
});

test('the configured address is looked at now and then, and gone back to when it answers', async () => {
  const { now, old, moves, client } = await startMoved(bitrix24('1', 'there'), { homeEveryMs: 0 });
  const call = async () => (await client.call('crm.item.list', {})).result;
  expect(await call()).toBe('there');
  old.state.answers = answer({ result: 'at home' });
  await call();
  for (let tries = 0; tries < 100 && moves.length < 2; tries += 1) await sleep(20);
  expect(await call()).toBe('at home');
  expect(moves).toEqual([`http://${now.host}`, null]);
});

test.each<[string, Handler]>([
  ['turns us away', answer(noAuth, 401)],
  ['sends us on', (_body, _request, response) => void response.writeHead(302, { location: '/' }).end()],
])('when the new address %s, the request goes to the configured one', async (_what, handler) => {
  let now: Handler = bitrix24('1', 'there');
  const { old, moves, client } = await startMoved((...request) => now(...request));
  expect((await client.call('crm.item.list', {})).result).toBe('there');
  now = handler;
  old.state.answers = answer({ result: 'at home' });
  expect((await client.call('crm.item.list', {})).result).toBe('at home');
  expect(moves.at(-1)).toBeNull();
});

test('two portals that send us to each other are left after a few requests', async () => {
  const hosts: string[] = [];
  const first = await startOld(() => hosts[1] ?? '');
  const second = await startOld(() => hosts[0] ?? '');
  hosts.push(first.host, second.host);
  const client = createClient({ ...first, facts: () => facts });
  expect(await failure(client.call('app.info', {}))).toMatchObject({ code: 'MOVED_UNPROVEN' });
  expect([first.bodies.length, second.bodies.length]).toEqual([1, 1]);
});

const path = '/rest/1/s3cr3t/batch';
test.each<[string, string, boolean]>([
  ['https://firm.bitrix24.de', 'https://new-name.bitrix24.de', true],
  ['https://firm.bitrix24.de', 'https://firm.bitrix24.com.br', true],
  ['https://crm.firm.example', 'https://firm.bitrix24.eu', true],
  ['https://firm.bitrix24.de', 'https://firm.bitrix24.site', false],
  ['https://firm.bitrix24.de', 'https://firm.bitrix24.de.evil.example', false],
  ['https://firm.bitrix24.de', 'https://evil.example', false],
  ['https://firm.bitrix24.de', 'https://new.bitrix24.de:8443', false],
  ['https://firm.bitrix24.de', 'http://new.bitrix24.de', false],
  ['https://firm.bitrix24.de', 'http://127.0.0.1:80', false],
  ['https://firm.bitrix24.de', 'https://127.0.0.1', false],
  ['http://127.0.0.1:4000', 'http://localhost:4001', true],
  ['http://127.0.0.1:4000', 'http://192.168.0.1:4001', false],
])('a redirect from %s to %s may be followed: %s', (from, to, may) => {
  expect(findNewAddress(to + path, new URL(from + path)) !== null).toBe(may);
});
