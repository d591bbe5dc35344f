import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createClient, type RequestMetrics } from '../../../bitrix24/rest/client';
import { PortalUnreachableError, UnknownOutcomeError } from '../../../bitrix24/errors';
import { answer, closers, failure, listen, startPortal } from '../fake-portal';

/** Accepts connections and, until told, reads nothing. */
async function startDeafPortal() {
  const sockets: Socket[] = [];
  const server = createTcpServer({ pauseOnConnect: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  const port = await listen(server);
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { webhookUrl: `http://127.0.0.1:${port}/rest/1/s3cr3t/`, sockets };
}

test('a call is one JSON POST and gives result, page and time', async () => {
  const time = {
    start: 1,
    finish: '2',
    duration: 0.5,
    operating: '3.5',
    operating_reset_at: '2026-01-01T00:00:00Z',
  };
  const portal = await startPortal(answer({ result: [1], total: '120', next: 50, time }));
  const read = await createClient(portal).call('crm.item.list', { entityTypeId: 3 });
  expect(portal.bodies).toEqual(['POST /rest/1/s3cr3t/crm.item.list {"entityTypeId":3}']);
  expect(read).toEqual({
    result: [1],
    total: 120,
    next: 50,
    time: { finishMs: 2_000, durationMs: 500, operatingMs: 3_500, operatingResetAtMs: Date.UTC(2026, 0) },
  });
});

test.each([[undefined], [[]], ['yes'], [{}], [{ duration: null, operating: [] }]])(
  'an odd time block %j harms nothing',
  async (time) => {
    const portal = await startPortal(answer({ result: true, time }));
    expect((await createClient(portal).call('app.info', {})).result).toBe(true);
  },
);

test.each<[string, number, unknown, string]>([
  ['an empty error', 400, { error: '', error_description: 'Access denied.' }, 'AskAdminError'],
  ['an error with status 200', 200, { error: 'NO_AUTH_FOUND' }, 'ReauthoriseError'],
  ['an error object', 400, { error: { code: 'OWNER_NOT_FOUND', message: 'x' } }, 'BadRequestError'],
  ['an HTML page', 502, '<html>Bad gateway</html>', 'UnknownOutcomeError'],
  ['an HTML page that says all is well', 200, '<html>Log in</html>', 'UnknownOutcomeError'],
  ['JSON that is cut off', 200, '{"result": {"item": {"name": "Ann', 'UnknownOutcomeError'],
  ['JSON without a result', 200, { time: {} }, 'UnknownOutcomeError'],
  ['an empty body', 500, '', 'UnknownOutcomeError'],
])('%s is told by its remedy', async (_name, status, body, name) => {
  const portal = await startPortal(answer(body, status));
  const error = await failure(createClient(portal).call('app.info', {}));
  expect(error.name).toBe(name);
  expect(`${error.message} ${error.stack} ${JSON.stringify(error.cause)}`).not.toMatch(/Ann|s3cr3t/);
  expect(portal.bodies).toHaveLength(1);
});

test('a batch tells each command its own outcome', async () => {
  const portal = await startPortal(
    answer({
      result: {
        result: { c0: 1001, c1: [], c4: null },
        result_error: {
          c2: { error: '', error_description: 'Not found.' },
          c3: { error: 'OPERATION_TIME_LIMIT', error_description: 'Method is blocked.' },
        },
        result_total: [],
        result_next: { c1: 50 },
        result_time: { c0: { duration: 0.25, operating: 12.5 } },
      },
      time: { operating: 0.5 },
    }),
  );
  const gone = {
    method: 'crm.timeline.comment.list',
    params: { filter: { ENTITY_TYPE: 'contact', ENTITY_ID: 5 } },
  };
  const plain = { method: 'crm.item.list', params: {} };
  const { outcomes, time } = await createClient(portal).batch([plain, plain, gone, plain, plain, plain]);
  const told = outcomes.map((outcome) => (outcome.ok ? outcome.answer.result : outcome.error.name));
  expect(told).toEqual([1001, [], 'OwnerNotFoundError', 'WaitUntilError', null, 'UnknownOutcomeError']);
  expect(outcomes[0]).toMatchObject({ answer: { time: { durationMs: 250, operatingMs: 12_500 } } });
  expect(outcomes[1]).toMatchObject({ answer: { next: 50 } });
  expect(time).toMatchObject({ operatingMs: 500 });
});

test('a batch refused as a whole blames none of its texts', async () => {
  const portal = await startPortal(answer({ error: 'ERROR_SOMETHING', error_description: 'no' }, 400));
  const commands = [{ method: 'crm.timeline.comment.add', params: {} }];
  expect(await failure(createClient(portal).batch(commands))).toMatchObject({
    name: 'AskAdminError',
    code: 'ERROR_SOMETHING',
  });
});

test('an empty batch answer, all arrays, leaves every command unknown', async () => {
  const portal = await startPortal(answer({ result: { result: [], result_error: [], result_time: [] } }));
  const { outcomes } = await createClient(portal).batch([{ method: 'a', params: {} }]);
  expect(outcomes).toMatchObject([{ ok: false, error: { name: 'UnknownOutcomeError' } }]);
});

test.each([
  ['plain http to another machine', 'http://portal.example/rest/1/s3cr3t/app.info'],
  ['another path', 'https://127.0.0.1:1/login/?back=app.info'],
  ['no address at all', undefined],
])('a redirect to %s is not followed', async (_name, location) => {
  const portal = await startPortal((_body, _request, response) => {
    response.writeHead(302, location ? { location } : {}).end();
  });
  expect(await failure(createClient(portal).call('app.info', {}))).toMatchObject({
    name: 'AskAdminError',
    code: 'MOVED',
  });
});

test('a portal that cannot be reached was certainly not asked', async () => {
  const portal = await startPortal(answer({ result: 1 }));
  for (const close of closers.splice(0)) await close();
  expect(await failure(createClient(portal).call('app.info', {}))).toMatchObject({
    name: 'PortalUnreachableError',
    code: 'ECONNREFUSED',
  });
  const nowhere = createClient({ webhookUrl: 'http://portal.invalid/rest/1/s3cr3t/' });
  expect(await failure(nowhere.call('app.info', {}))).toBeInstanceOf(PortalUnreachableError);
});

test('a connection that fails before the request, in TLS, was certainly not used', async () => {
  const portal = await startPortal(answer({ result: 1 }));
  const client = createClient({ webhookUrl: portal.webhookUrl.replace('http:', 'https:') });
  expect(await failure(client.call('app.info', {}))).toBeInstanceOf(PortalUnreachableError);
});

test('a connection that breaks after the request leaves the outcome unknown', async () => {
  const portal = await startPortal((_body, request) => request.socket.destroy());
  expect(await failure(createClient(portal).call('app.info', {}))).toBeInstanceOf(UnknownOutcomeError);
  expect(portal.bodies).toHaveLength(1);
});

test('an answer without end is given up before it fills the memory', async () => {
  let sentBytes = 0;
  const portal = await startPortal((_body, _request, response) => {
    const chunk = Buffer.alloc(1_000_000, 32);
    const send = () => {
      while (!response.destroyed && response.write(chunk)) sentBytes += chunk.length;
    };
    response.on('drain', send);
    send();
  });
  const given = await failure(createClient(portal).call('app.info', {}));
  expect(given).toBeInstanceOf(UnknownOutcomeError);
  expect(given.code).toBe('ANSWER_TOO_LARGE');
  expect(sentBytes).toBeLessThan(200_000_000);
});

test('a body that is not taken in time is given up, and never arrives later', async () => {
  const portal = await startDeafPortal();
  const client = createClient(portal);
  const startedAtMs = performance.now();
  const call = client.call('crm.item.list', { text: 'x'.repeat(40_000_000) }, { writeDeadlineMs: 300 });
  expect(await failure(call)).toMatchObject({ name: 'UnknownOutcomeError', code: 'NOT_WRITTEN_IN_TIME' });
  expect(performance.now() - startedAtMs).toBeLessThan(3_000);
  const [socket] = portal.sockets;
  const closed = new Promise((resolve) => socket?.once('close', resolve));
  socket?.resume();
  await closed;
  // The operating system alone would have gone on delivering some megabytes.
  expect(socket?.bytesRead).toBeLessThan(1_000_000);
});

test("the answer may take the portal's limit and a margin, and no longer", async () => {
  const portal = await startPortal(() => undefined);
  const call = createClient({ ...portal, requestLimitMs: -9_700 }).call('app.info', {});
  expect(await failure(call)).toMatchObject({ name: 'UnknownOutcomeError', code: 'NO_ANSWER_IN_TIME' });
});

test('a deadline that has passed sends nothing', async () => {
  const portal = await startPortal(answer({ result: 1 }));
  const call = createClient(portal).call('app.info', {}, { writeDeadlineMs: 0 });
  expect(await failure(call)).toMatchObject({ name: 'PortalUnreachableError', code: 'NOT_WRITTEN_IN_TIME' });
  expect(portal.bodies).toEqual([]);
});

test('a process that stood still between connecting and writing sends nothing', async () => {
  const portal = await startPortal(answer({ result: 1 }));
  const standStill = () => {
    const untilMs = performance.now() + 200;
    while (performance.now() < untilMs);
  };
  subscribe('undici:client:connected', standStill);
  const call = createClient(portal).call('app.info', {}, { writeDeadlineMs: 100 });
  const error = await failure(call).finally(() => unsubscribe('undici:client:connected', standStill));
  expect(error).toMatchObject({ name: 'PortalUnreachableError', code: 'NOT_WRITTEN_IN_TIME' });
  expect(portal.bodies).toEqual([]);
});

test('an abort before the request leaves it unsent, one after it unknown', async () => {
  const gone = new AbortController();
  gone.abort();
  const portal = await startPortal(() => gone.abort());
  const client = createClient(portal);
  expect(await failure(client.call('app.info', {}, { signal: gone.signal }))).toBeInstanceOf(
    PortalUnreachableError,
  );
  expect(portal.bodies).toEqual([]);
  const later = new AbortController();
  const slow = await startPortal(() => later.abort());
  const call = createClient(slow).call('app.info', {}, { signal: later.signal });
  expect(await failure(call)).toMatchObject({ name: 'UnknownOutcomeError', code: 'ABORTED' });
});

test('every request is measured once', async () => {
  const seen: RequestMetrics[] = [];
  const portal = await startPortal(answer({ error: 'NO_AUTH_FOUND' }, 401));
  await failure(createClient({ ...portal, onRequest: (metrics) => seen.push(metrics) }).call('app.info', {}));
  expect(seen).toMatchObject([{ method: 'app.info', commands: 1, outcome: 'ReauthoriseError' }]);
});
