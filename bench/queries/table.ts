import type { Connection } from 'mongoose';
import type { Store } from '../../store/store';
import { cases, type Seeded } from './cases';
import { watch, type Asked } from './plans';
import { linkId, personId } from './seed';
import { findServing, type Index } from './served';

/** One question of the store: what it asks the server, how long it took, and the indexes that serve it by their keys. */
export interface Question {
  name: string;
  asked: Asked[];
  ms: number;
  /** Null: no index serves it. */
  served: string[] | null;
}

/** Collections of a few documents, which are read as a whole. */
export const few: readonly string[] = ['portals', 'accounts', 'webhooks'];

type Document = Record<string, unknown>;

/** The indexes that the schemas declare, by collection. */
function listIndexes({ models }: Connection): Map<string, Index[]> {
  const byId: Index = { name: '_id_', keys: [['_id', 1]], partial: null };
  return new Map(
    Object.values(models).map((model) => [
      model.collection.name,
      [byId].concat(
        model.schema.indexes().map(([fields, options]) => {
          const keys = Object.entries(fields) as Index['keys'];
          const name = String(options['name'] ?? keys.flat().join('_'));
          return {
            name,
            keys,
            partial: (options['partialFilterExpression'] as Document | undefined) ?? null,
          };
        }),
      ),
    ]),
  );
}

/** The filter and sort of a command; of an aggregation its first stages. */
function partsOf({ command }: Asked): { filter: Document; sort: Document } {
  const pipeline = command['pipeline'] as Document[] | undefined;
  const [match, next] = pipeline ?? [];
  return pipeline
    ? { filter: (match?.['$match'] ?? {}) as Document, sort: (next?.['$sort'] ?? {}) as Document }
    : { filter: (command['filter'] ?? {}) as Document, sort: (command['sort'] ?? {}) as Document };
}

function findAllServing(indexes: ReadonlyMap<string, Index[]>, asked: readonly Asked[]): string[] | null {
  const served = asked.map((one) => {
    if (few.includes(one.collection)) return ['few'];
    const { filter, sort } = partsOf(one);
    return findServing(indexes.get(one.collection) ?? [], filter, sort);
  });
  // Questions that are asked at once come in any order.
  return served.every((names) => names !== null) ? [...new Set(served.flat())].sort() : null;
}

/** Asks every question once. */
export async function askAll(store: Store, portalId: string): Promise<Question[]> {
  const [person, link] = await Promise.all([store.people.load(personId(21)), store.links.load(linkId(21))]);
  if (!person || !link) throw new Error('The seed is too small: 30 links at least.');
  const indexes = listIndexes(store.links.model.db);
  const seeded: Seeded = { store, portalId, person, link };
  const questions: Question[] = [];
  for (const [collection, calls] of Object.entries(cases)) {
    for (const [name, call] of Object.entries(calls)) {
      const { asked, ms } = await watch(() => call(seeded));
      questions.push({ name: `${collection}.${name}`, asked, ms, served: findAllServing(indexes, asked) });
    }
  }
  return questions;
}

const intro = `# The questions of the store, and the index that serves each

Made by \`npm run bench:queries -- --document\`, and checked by \`test/bench/queries.test.ts\`: every question that the store asks has an index that finds its documents and, where an order is wanted, gives
them in that order (MongoDB's rule: equal fields, then the sort). \`few\`: a collection of a few documents, read as a whole. Of an "or" each side has its index; what an index does not hold is looked at
in the documents it finds. \`_id_\` alone for a list: it walks along the ids. A list of all portals together, with a filter, and a search by a part of a name or number walk too, and end at their bound.
With times, on a server that has indexes: [benchmarks](benchmarks.md).

| question | index |
|---|---|
`;

/** The text of docs/queries.md. */
export const toDocument = (questions: readonly Question[]): string =>
  intro +
  questions
    .map(
      ({ name, served }) => `| ${name} | ${served?.map((one) => `\`${one}\``).join(', ') ?? '**none**'} |\n`,
    )
    .join('');
