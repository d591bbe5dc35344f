import fc from 'fast-check';
import { createLogger } from '../../telemetry';

function logTo() {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'debug',
    name: 'api',
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

test('a line is one JSON object with level, time, service and message', () => {
  const { logger, lines, last } = logTo();
  logger.info({ linkId: '507f1f77bcf86cd799439011', count: 3 }, 'round done');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(last()).toMatchObject({
    level: 'info',
    service: 'api',
    msg: 'round done',
    linkId: '507f1f77bcf86cd799439011',
    count: 3,
  });
  expect(Date.parse(last().time)).toBeGreaterThan(0);
});

const planted = 'Anna Planted';

test.each([
  ['a field', { phone: planted }],
  ['a nested field', { a: { b: { c: [{ d: { pushName: planted } }] } } }],
  ['a header', { req: { headers: { authorization: planted, 'X-Api-Key': planted } } }],
  [
    'names, texts and secrets',
    { name: planted, text: planted, access_token: planted, webhookUrl: planted, e164: planted },
  ],
  ['an object where a text is expected', { text: { inner: planted }, names: [planted] }],
])('%s that is personal or secret is hidden', (_what, fields) => {
  const { logger, lines } = logTo();
  logger.info(fields, 'message');
  expect(lines.join('')).not.toContain('Planted');
  expect(lines.join('')).toContain('[hidden]');
});

test("a child's bindings are hidden too", () => {
  const { logger, lines } = logTo();
  logger.child({ phone: planted, linkId: 'a' }).warn('message');
  expect(lines.join('')).not.toContain('Planted');
  expect(lines.join('')).toContain('"linkId":"a"');
});

test.each([
  'no contact for +49 (170) 123-45-67 yet',
  'no contact for +491701234567',
  'POST https://a.bitrix24.de/rest/1/planted123secret/crm.contact.get failed',
  'from 491701234567@c.us',
  'from 491701234567:12@s.whatsapp.net',
  'Authorization: Bearer planted123secret',
  'mongodb://user:planted123secret@host/db',
  'GET /events?access_token=planted123secret&x=1',
])('the message "%s" loses what is personal or secret', (message) => {
  const { logger, lines } = logTo();
  logger.error(new Error(message));
  logger.error({ err: new Error('outer', { cause: new Error(message) }), where: message }, message);
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toMatch(/planted123secret|1701234567|170\) ?123/);
});

test('times, ids and counts stay readable', () => {
  const { logger, last } = logTo();
  logger.info(
    { at: '2025-11-25T09:15:00+02:00', id: '507f191e810c19729de860ea', epochMs: 1764062100000 },
    'took 1234567 ms',
  );
  expect(last()).toMatchObject({
    at: '2025-11-25T09:15:00+02:00',
    id: '507f191e810c19729de860ea',
    epochMs: 1764062100000,
    msg: 'took 1234567 ms',
  });
});

test('no international number gets through, however it is written', () => {
  const { logger, lines } = logTo();
  const digits = fc.stringMatching(/^[1-9]\d{7,14}$/);
  const separators = fc.array(fc.constantFrom('', ' ', '-', '.', ' (', ') '), {
    minLength: 15,
    maxLength: 15,
  });
  fc.assert(
    fc.property(digits, separators, (number, gaps) => {
      lines.length = 0;
      const written = `+${[...number].map((digit, index) => digit + (gaps[index] ?? '')).join('')}`;
      logger.info({ note2: `call ${written} now` }, `call ${written} now`);
      return !lines.join('').includes(written.trim());
    }),
  );
});

/** Runs of what the forms begin with, and never end: tried at each of their places they would take minutes. */
test.each([
  '1',
  '1:',
  '+1',
  '+1 ',
  '1234567:',
  'Bearer ',
  '://',
  '://a',
  '/rest/1',
  '&token',
  '?auth=',
  '+1-',
])('a line full of %j is masked as fast as any other', (part) => {
  const { logger, lines } = logTo();
  const text = part.repeat(Math.ceil(300_000 / part.length));
  const startedAt = performance.now();
  logger.info({ path: `${text} +491701234567 1701234567@c.us` });
  // Milliseconds, or minutes.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  for (const personal of ['4917012345', '1701234567']) expect(lines.join('')).not.toContain(personal);
});

test('below its level nothing is written', () => {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'warn',
    name: 'api',
    destination: { write: (line: string) => void lines.push(line) },
  });
  logger.info('quiet');
  expect(lines).toEqual([]);
});
