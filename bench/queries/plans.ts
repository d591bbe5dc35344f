import mongoose, { type Connection } from 'mongoose';

/** A question as the driver was given it. */
export interface Asked {
  collection: string;
  command: Record<string, unknown>;
}

/** The plan of a question: the indexes it reads, and whether it reads all documents or sorts in memory. */
export interface Plan {
  indexes: string[];
  isScan: boolean;
  isSort: boolean;
}

type Document = Record<string, unknown>;

/** The finding part of what Mongoose sends: a write is explained by the search for its documents. */
function toCommand(collection: string, method: string, args: unknown[]): Document | null {
  const [first, second, third] = args as Document[];
  const options = {
    ...(method.startsWith('find') ? (method === 'find' || method === 'findOne' ? second : third) : {}),
  };
  const { sort, limit, projection } = options;
  const one = method === 'findOne' ? { limit: 1 } : limit ? { limit } : {};
  const sorted = sort && Object.keys(sort).length > 0 ? { sort } : {};
  if (method === 'aggregate') return { aggregate: collection, pipeline: first, cursor: {} };
  if (method === 'distinct') return { find: collection, filter: second ?? {} };
  if (method === 'bulkWrite') {
    type Change = { filter: Document };
    const [{ updateOne, updateMany }] = first as unknown as [{ updateOne?: Change; updateMany?: Change }];
    return { find: collection, filter: (updateOne ?? updateMany)?.filter ?? {} };
  }
  if (!/^(find|count|update|delete|replace)/.test(method)) return null;
  return { find: collection, filter: first ?? {}, ...sorted, ...one, ...(projection ? { projection } : {}) };
}

/** Runs one call of the store, and gives what it asked the server and how long that took. */
export async function watch(call: () => Promise<unknown>): Promise<{ asked: Asked[]; ms: number }> {
  const asked: Asked[] = [];
  mongoose.set('debug', (collection: string, method: string, ...args: unknown[]) => {
    const command = toCommand(collection, method, args);
    if (command) asked.push({ collection, command });
  });
  try {
    const startedMs = performance.now();
    await call();
    return { asked, ms: performance.now() - startedMs };
  } finally {
    mongoose.set('debug', false);
  }
}

/** Walks an answer of `explain`, whatever server it is from: MongoDB names a `stage`, DocumentDB a `Node Type`. */
function walk(node: unknown, plan: Plan): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const one of node) walk(one, plan);
    return;
  }
  const { stage, 'Node Type': type, indexName, 'Index Name': name } = node as Record<string, string>;
  plan.isScan ||= stage === 'COLLSCAN' || type === 'Seq Scan';
  plan.isSort ||= stage === 'SORT' || /^(Incremental )?Sort$/.test(type ?? '');
  const index = name ?? (stage === 'IXSCAN' || stage === 'IDHACK' ? (indexName ?? '_id_') : undefined);
  if (index && !plan.indexes.includes(index)) plan.indexes.push(index);
  for (const [key, value] of Object.entries(node)) if (key !== 'rejectedPlans') walk(value, plan);
}

/** The server's plan. */
export async function explain({ db }: Connection, { command }: Asked): Promise<Plan> {
  const plan: Plan = { indexes: [], isScan: false, isSort: false };
  walk(await db?.command({ explain: command, verbosity: 'queryPlanner' }), plan);
  return plan;
}
