import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openStore, type Store } from '../store/store';
import { explain, type Plan } from './queries/plans';
import { seed, smallSize } from './queries/seed';
import { askAll, few, toDocument, type Question } from './queries/table';

interface Row extends Question {
  plan: Plan;
}

async function explainAll(store: Store, questions: readonly Question[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const question of questions) {
    const plan: Plan = { indexes: [], isScan: false, isSort: false };
    for (const one of question.asked) {
      const { indexes, isScan, isSort } = await explain(store.links.model.db, one);
      plan.indexes.push(...indexes.filter((index) => !plan.indexes.includes(index)));
      plan.isScan ||= isScan && !few.includes(one.collection);
      plan.isSort ||= isSort;
    }
    rows.push({ ...question, plan });
  }
  return rows;
}

/** The server's word on scans; our own on sorts, which DocumentDB makes in memory even along a fitting index. */
const isFaulty = ({ plan, served }: Row): boolean => served === null || plan.isScan;

function print(rows: readonly Row[]): void {
  console.log('| question | ms | index, by its keys | index, by the server |\n|---|---|---|---|');
  for (const row of rows) {
    const { name, served, plan, ms } = row;
    const notes = [...plan.indexes, ...(plan.isScan ? ['SCAN'] : []), ...(plan.isSort ? ['sort'] : [])];
    console.log(`| ${name} | ${ms.toFixed(0)} | ${served?.join(', ') ?? 'NONE'} | ${notes.join(', ')} |`);
  }
  const faults = rows.filter(isFaulty);
  console.log(`${rows.length} questions, ${faults.length} without their index`);
}

/**
 * Each question of the store with its plan, on a server that has indexes: ends with 1 when one reads a collection or sorts.
 * `--document` writes docs/queries.md from a small seed, on any server.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      links: { type: 'string', default: '100000' },
      messages: { type: 'string', default: '2000000' },
      document: { type: 'boolean', default: false },
    },
  });
  const server = process.env['MONGODB_URI'];
  if (!server) throw new Error('Set MONGODB_URI to a server with indexes and explain, without a database.');
  const uri = `${server.replace(/\/+$/, '')}/bench_queries_${process.pid}`;
  const store = await openStore({ uri, encryptionKey: Buffer.alloc(32, 1) });
  try {
    const startedMs = performance.now();
    const size = { links: Number(values.links), messages: Number(values.messages) };
    const [portalId = ''] = await seed(store, values.document ? smallSize : size);
    console.log(`seeded in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s`);
    const questions = await askAll(store, portalId);
    if (values.document) {
      writeFileSync(join(__dirname, '..', 'docs', 'queries.md'), toDocument(questions));
      return 0;
    }
    const rows = await explainAll(store, questions);
    print(rows);
    return rows.some(isFaulty) ? 1 : 0;
  } finally {
    await store.links.model.db.dropDatabase();
    await store.close();
  }
}

void main().then((code) => {
  process.exitCode = code;
});
