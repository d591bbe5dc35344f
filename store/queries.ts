import { type Model, type QueryFilter, type UpdateQuery } from 'mongoose';

/** One page: `after` is the id of the last item of the page before, null for the first page. */
export interface Page {
  after: string | null;
  limit: number;
}

/**
 * MongoDB's duplicate key: another writer was first. On bulk writes the code stands on each write error too. FerretDB says it in
 * `findOneAndUpdate` with code 1 and PostgreSQL's words.
 */
export const isDuplicateKey = ({ code, message }: { code?: unknown; message: string }): boolean =>
  code === 11000 || (code === 1 && message.includes('exclusion constraint'));

/** Does a write whose unique key another writer may have: then null. */
export async function unlessTaken<Result>(write: () => Promise<Result>): Promise<Result | null> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Error && isDuplicateKey(error)) return null;
    throw error;
  }
}

/** Two upserts of one key at once: the loser writes again and finds the winner's document. */
export const againIfTaken = async <Result>(write: () => Promise<Result>): Promise<Result> =>
  (await unlessTaken(write)) ?? write();

export const loadOne = <Doc>(model: Model<Doc>, id: string): Promise<Doc | null> =>
  model.findById(id).lean<Doc>().exec();

export const findOne = <Doc>(
  model: Model<Doc>,
  filter: QueryFilter<Doc>,
  sort: Record<string, 1 | -1> = {},
): Promise<Doc | null> => model.findOne(filter).sort(sort).lean<Doc>().exec();

/** All that fit, or the first `limit` of them. */
export const listAll = <Doc>(
  model: Model<Doc>,
  filter: QueryFilter<Doc>,
  { sort = {}, limit = 0 }: { sort?: Record<string, 1 | -1>; limit?: number } = {},
): Promise<Doc[]> => model.find(filter).sort(sort).limit(limit).batchSize(1_000).lean<Doc[]>().exec();

/** A page in the order the documents were made. */
export const listFromOldest = <Doc>(
  model: Model<Doc>,
  filter: QueryFilter<Doc>,
  { after, limit }: Page,
): Promise<Doc[]> =>
  listAll(model, after === null ? filter : { ...filter, _id: { $gt: after } }, { sort: { _id: 1 }, limit });

/** A page from the newest on. What the filter leaves undefined is not asked for. */
export const listFromNewest = <Doc>(
  model: Model<Doc>,
  filter: { [Key in keyof QueryFilter<Doc>]: QueryFilter<Doc>[Key] | undefined },
  { after, limit }: Page,
): Promise<Doc[]> => {
  const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  const older = after === null ? {} : { _id: { $lt: after } };
  return listAll(model, { ...given, ...older }, { sort: { _id: -1 }, limit });
};

/** What a cursor gives, in pages of one reading. What changes meanwhile may come twice, or not at all. */
export async function* toPages<Item, Wanted>(
  items: AsyncIterable<Item>,
  size: number,
  toWanted: (item: Item) => Wanted,
): AsyncGenerator<Wanted[]> {
  let page: Wanted[] = [];
  for await (const item of items) {
    page.push(toWanted(item));
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** The new document as stored, with the schema's defaults. */
export const insertOne = async <Doc>(model: Model<Doc>, doc: Partial<Doc>): Promise<Doc> =>
  (await model.create(doc)).toObject<Doc>();

/** Whether one document fitted the filter and was changed: the compare-and-set of every guard. */
export async function changeOne<Doc>(
  model: Model<Doc>,
  filter: QueryFilter<Doc>,
  update: UpdateQuery<Doc>,
  arrayFilters?: Record<string, unknown>[],
): Promise<boolean> {
  const done = await model.updateOne(filter, update, arrayFilters ? { arrayFilters } : {});
  return done.modifiedCount === 1;
}

/** The document after its change, or null when none fitted the filter. */
export const changeAndLoad = <Doc>(
  model: Model<Doc>,
  filter: QueryFilter<Doc>,
  update: UpdateQuery<Doc>,
): Promise<Doc | null> =>
  model.findOneAndUpdate(filter, update, { returnDocument: 'after' }).lean<Doc>().exec();

/** The document after its change, made where there was none. */
export const upsertAndLoad = <Doc>(
  model: Model<Doc>,
  filter: QueryFilter<Doc>,
  update: UpdateQuery<Doc>,
): Promise<Doc> =>
  model
    .findOneAndUpdate(filter, update, { upsert: true, returnDocument: 'after' })
    .lean<Doc>()
    .orFail()
    .exec();
