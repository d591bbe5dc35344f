import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cases, searches } from '../../bench/queries/cases';
import { seed, smallSize } from '../../bench/queries/seed';
import { findServing, type Index } from '../../bench/queries/served';
import { askAll, toDocument, type Question } from '../../bench/queries/table';
import { useStore } from '../scenes/store';

const store = useStore();
let questions: Question[];

beforeAll(async () => {
  const [portalId = ''] = await seed(store, smallSize);
  questions = await askAll(store, portalId);
});

test('every question of the store has an index that finds and sorts its documents', () => {
  expect(questions.filter(({ served }) => served === null).map(({ name }) => name)).toEqual([]);
});

test('docs/queries.md says which: `npm run bench:queries -- --document` writes it', () => {
  expect(readFileSync(join(__dirname, '../../docs/queries.md'), 'utf8')).toBe(toDocument(questions));
});

test('every question of the store is asked', () => {
  const isQuestion = (name: string) => /^(list|load|find|count(?!Arrival)|has|which|search)/.test(name);
  const asked = Object.entries(cases).flatMap(([collection, calls]) =>
    Object.keys(calls).map((name) => `${collection}.${name.split(',')[0]}`),
  );
  const all = Object.entries(store).flatMap(([collection, own]) =>
    typeof own === 'object' ? Object.keys(own).map((name) => `${collection}.${name}`) : [],
  );
  const questionsOfStore = all.filter((name) => isQuestion(name.split('.')[1] ?? ''));
  const missing = questionsOfStore.filter((name) => ![...asked, ...searches].includes(name));
  expect(missing).toEqual(['people.findOrCreate']);
});

describe('an index serves', () => {
  const index = (keys: Index['keys'], partial: Index['partial'] = null): Index => ({
    name: 'it',
    keys,
    partial,
  });
  const byState = index([
    ['portalId', 1],
    ['state', 1],
    ['at', 1],
  ]);
  const serves = (one: Index, filter: Record<string, unknown>, sort: Record<string, 1 | -1> = {}) =>
    findServing([one], filter, sort) !== null;

  test.each<[string, Record<string, unknown>, Record<string, 1 | -1>, boolean]>([
    ['equal fields, then the sort', { portalId: 'p', state: 's' }, { at: 1 }, true],
    ['the sort backwards', { portalId: 'p', state: 's' }, { at: -1 }, true],
    ['a bound on what is sorted', { portalId: 'p', state: 's', at: { $lt: 1 } }, { at: 1 }, true],
    ['a few values, each in order', { portalId: 'p', state: { $in: ['s', 't'] } }, { at: 1 }, true],
    ['no sort behind a range', { portalId: 'p', state: { $gt: 's' } }, { at: 1 }, false],
    ['no sort behind a gap', { portalId: 'p' }, { at: 1 }, false],
    ['nothing without its first field', { state: 's' }, { at: 1 }, false],
    ['nothing that is only known to be different', { portalId: { $ne: 'p' } }, {}, false],
    ['no or of which a side is not served', { $or: [{ portalId: 'p' }, { name: 'n' }] }, {}, false],
  ])('%s', (_, filter, sort, is) => {
    expect(serves(byState, filter, sort)).toBe(is);
  });

  test('where it holds only some, those who ask for the same', () => {
    const partial = index([['portalId', 1]], { change: { $exists: true } });
    expect(serves(partial, { portalId: 'p' })).toBe(false);
    expect(serves(partial, { portalId: 'p', change: { $exists: true } })).toBe(true);
    expect(serves(partial, { portalId: 'p', change: 'pause' })).toBe(true);
    expect(serves(partial, { portalId: 'p', change: null })).toBe(false);
  });
});
