import fc from 'fast-check';
import { contactIdOf, type Param, type Params, toCommandText } from '../../../bitrix24/rest/commands';
import { parseBracketQuery } from '../../../sandbox/rest/bracket-query';

/** PHP's reading of the parameters: everything is text, lists are maps, empty ones are absent. */
function asPhpSees(value: Param): unknown {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value === null || typeof value !== 'object') return String(value ?? '');
  const entries = Object.entries(value).map(([key, inner]) => [key, asPhpSees(inner)] as const);
  const kept = entries.filter(
    ([, inner]) => typeof inner === 'string' || Object.keys(inner as object).length > 0,
  );
  return Object.fromEntries(kept);
}

const decode = (params: Params): unknown => {
  const text = toCommandText({ method: 'm', params });
  return JSON.parse(JSON.stringify(parseBracketQuery(text.slice(text.indexOf('?') + 1 || text.length))));
};

const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((value) => !/\$result\[/i.test(value));
const key = fc
  .stringMatching(/^[@!%<>=]{0,2}[A-Za-z_][A-Za-z0-9_]{0,8}$/)
  .filter((name) => name !== '__proto__');
const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
const params = fc.dictionary(
  key,
  fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 4 }),
    fc.dictionary(key, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), { noNullPrototype: true }),
  ),
  { noNullPrototype: true },
);

test('what a command says arrives unchanged', () => {
  fc.assert(
    fc.property(params, (value) => expect(decode(value)).toEqual(asPhpSees(value))),
    { numRuns: 500 },
  );
});

test.each([
  ['emoji', '👩‍👩‍👧 ok'],
  ['separators', 'a&b=c?d#e+f%20g;h'],
  ['brackets', '[URL=x]y[/URL] a[0]=1'],
  ['lines', 'one\ntwo\r\n\tthree'],
  ['scripts', 'Привет مرحبا 你好 हिन्दी'],
])('%s survive', (_name, value) => {
  expect(decode({ fields: { COMMENT: value } })).toEqual({ fields: { COMMENT: value } });
});

test('a customer cannot pull the result of another command into the comment', () => {
  const sent = decode({ COMMENT: 'see $result[c0][ID] and $RESULT[c1]' });
  expect(sent).toEqual({ COMMENT: 'see $result\u200B[c0][ID] and $RESULT\u200B[c1]' });
});

test('half an emoji does not stop a batch', () => {
  expect(decode({ COMMENT: 'a\uD83D' })).toEqual({ COMMENT: 'a\uFFFD' });
});

test('a command without parameters is its method alone', () => {
  expect(toCommandText({ method: 'app.info', params: { none: [], absent: undefined } })).toBe('app.info');
});

test.each<[string, Params, number | null]>([
  ['crm.timeline.comment.add', { fields: { ENTITY_TYPE: 'contact', ENTITY_ID: 7 } }, 7],
  ['crm.timeline.comment.list', { filter: { ENTITY_TYPE: 'contact', ENTITY_ID: '8' } }, 8],
  ['crm.timeline.comment.add', { fields: { ENTITY_TYPE: 'deal', ENTITY_ID: 7 } }, null],
  ['crm.item.get', { entityTypeId: 3, id: 9 }, 9],
  ['crm.item.get', { entityTypeId: 2, id: 9 }, null],
  ['app.info', {}, null],
])('%s is about contact %#', (method, given, id) => {
  expect(contactIdOf({ method, params: given })).toBe(id);
});
