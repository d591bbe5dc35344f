import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { addComment, batch, call, type Json } from './portal-call';

let portal: SandboxPortal;
beforeEach(async () => {
  portal = await startSandboxPortal({ contacts: [{ name: 'Klara', phones: ['+49 (170) 123-45-67'] }] });
});
afterEach(() => portal.stop());

test('a batch answers each command under its key, and empty maps as arrays', async () => {
  const result = await batch(portal, {
    me: 'profile',
    none: 'crm.duplicate.findbycomm?type=PHONE&values[0]=%2B4930',
  });
  expect(result.result.me.ID).toBe('1');
  expect(result.result.none).toEqual([]);
  expect(result.result_error).toEqual([]);
  expect(result.result_total).toEqual([]);
  expect(result.result_next).toEqual([]);
  expect(result.result_time.me.duration).toBeGreaterThan(0);
  expect(portal.stats().batchFill).toEqual({ 2: 1 });
});

test('commands given as an array are answered as an array', async () => {
  const { result } = await batch(portal, ['scope', 'server.time']);
  expect(result).toHaveLength(2);
});

test('a failing command fails alone, without halt', async () => {
  const result = await batch(portal, {
    a: 'no.such',
    b: 'crm.item.get?entityTypeId=3&id=1',
    c: addComment(99, 'x'),
  });
  expect(result.result_error.a.error).toBe('ERROR_METHOD_NOT_FOUND');
  expect(result.result_error.c.error).toBe('OWNER_NOT_FOUND');
  expect(result.result.b.item.name).toBe('Klara');
});

test('halt ends the batch at the first error', async () => {
  const result = await batch(
    portal,
    { a: addComment(1, 'kept'), b: 'no.such', c: addComment(1, 'never') },
    1,
  );
  expect(Object.keys(result.result)).toEqual(['a']);
  expect(portal.comments(1).map(({ text }) => text)).toEqual(['kept']);
});

test('a nested batch and the 51st command are refused, the others are carried out', async () => {
  const cmd = Object.fromEntries(
    Array.from({ length: 51 }, (_, at) => [`c${at}`, addComment(1, `text ${at}`)]),
  );
  const result = await batch(portal, { ...cmd, c3: 'batch?cmd[0]=profile' });
  expect(result.result_error.c3.error).toBe('ERROR_BATCH_METHOD_NOT_ALLOWED');
  expect(result.result_error.c50.error).toBe('ERROR_BATCH_LENGTH_EXCEEDED');
  expect(portal.comments(1)).toHaveLength(49);
});

test('a command refers to the result of an earlier one', async () => {
  const result = await batch(portal, {
    add: addComment(1, 'first'),
    read: 'crm.timeline.comment.get?id=$result[add]',
    hit: 'crm.duplicate.findbycomm?type=PHONE&entity_type=CONTACT&values[0]=%2B491701234567',
    card: 'crm.item.get?entityTypeId=3&id=$result[hit][CONTACT][0]',
  });
  expect(result.result.read.COMMENT).toBe('first');
  expect(result.result.card.item.name).toBe('Klara');
});

test('lists inside a batch tell total and next beside the results', async () => {
  for (let at = 0; at < 60; at += 1) portal.addContact({ name: `Person ${at}` });
  const result = await batch(portal, {
    a: 'crm.item.list?entityTypeId=3',
    b: 'crm.item.list?entityTypeId=3&start=-1',
  });
  expect(result.result_total).toEqual({ a: 61 });
  expect(result.result_next).toEqual({ a: 50 });
});

test('a form body, a query and the suffix .json are understood too', async () => {
  const form = await fetch(`${portal.webhookUrl}crm.item.get.json`, {
    method: 'POST',
    body: new URLSearchParams({ entityTypeId: '3', id: '1' }),
  });
  expect(((await form.json()) as Json).result.item.id).toBe(1);
  const got = await fetch(`${portal.webhookUrl}crm.item.get?entityTypeId=3&id=1`);
  expect(((await got.json()) as Json).result.item.id).toBe(1);
});

test('a wrong secret is unauthorised, an unknown method is not found', async () => {
  const wrong = await call({ webhookUrl: `${portal.url}/rest/1/wrong/` }, 'profile');
  expect(wrong).toMatchObject({ status: 401, body: { error: 'NO_AUTH_FOUND' } });
  expect(await call(portal, 'no.such')).toMatchObject({
    status: 404,
    body: { error: 'ERROR_METHOD_NOT_FOUND' },
  });
});

test('a batch that outlasts the request limit is cut off, and its later commands are not carried out', async () => {
  portal.setTiming({ timeScale: 1, defaultTimeMs: { 'crm.timeline.comment.add': 60 }, requestLimitMs: 150 });
  const cmd = Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [`c${at}`, addComment(1, `text ${at}`)]),
  );
  const { status, body } = await call(portal, 'batch', { cmd });
  expect(status).toBe(504);
  expect(body).toContain('<html>');
  const writes = portal.comments(1).length;
  expect(writes).toBeGreaterThanOrEqual(1);
  expect(writes).toBeLessThanOrEqual(4);
});
