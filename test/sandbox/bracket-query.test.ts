import fc from 'fast-check';
import { parseBracketQuery } from '../../sandbox/rest/bracket-query';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test.each([
  ['a=1&b=2', { a: '1', b: '2' }],
  ['fields[fm][n0][value]=%2B49', { fields: { fm: { n0: { value: '+49' } } } }],
  ['v[]=x&v[]=y', { v: { 0: 'x', 1: 'y' } }],
  ['v[3]=x&v[]=y', { v: { 3: 'x', 4: 'y' } }],
  ['filter[%3Eid]=5&filter[@id][0]=7', { filter: { '>id': '5', '@id': { 0: '7' } } }],
  ['a=1&a[b]=2', { a: { b: '2' } }],
  ['open[x=1', { 'open[x': '1' }],
  ['text=a+b%26c', { text: 'a b&c' }],
  ['', {}],
  ['=x&&', {}],
])('%s is parsed as PHP parses it', (query, expected) => {
  expect(plain(parseBracketQuery(query))).toEqual(expected);
});

test('any nested map survives being written as a query', () => {
  const key = fc.stringMatching(/^[A-Za-z_>@!][A-Za-z0-9_]{0,8}$/);
  const tree = fc.letrec((tie) => ({
    map: fc.dictionary(key, fc.oneof({ maxDepth: 4 }, fc.string({ unit: 'grapheme' }), tie('map')), {
      minKeys: 1,
      maxKeys: 4,
    }),
  })).map;
  const write = (value: object, prefix = ''): string[] =>
    Object.entries(value).flatMap(([name, inner]) => {
      const path = prefix === '' ? name : `${prefix}[${name}]`;
      return typeof inner === 'object' && inner !== null
        ? write(inner as object, path)
        : [`${encodeURIComponent(path)}=${encodeURIComponent(String(inner))}`];
    });
  fc.assert(
    fc.property(tree, (value) => {
      expect(plain(parseBracketQuery(write(value as object).join('&')))).toEqual(plain(value));
    }),
  );
});

test('a query cannot reach a prototype', () => {
  parseBracketQuery('__proto__[polluted]=1&constructor[prototype][polluted]=1');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
