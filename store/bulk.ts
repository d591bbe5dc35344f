import { mongo, type Model } from 'mongoose';
import { isDuplicateKey } from './queries';

/** The driver's own collection: to check each of many documents by its schema costs more than to write it. */
const collectionOf = <Doc extends { _id: string }>(model: Model<Doc>): mongo.Collection<Doc> =>
  model.collection as unknown as mongo.Collection<Doc>;

/** The places of the writes that lost to another writer of their unique key. Throws where anything else went wrong. */
function readLost(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
  const errors = [error.writeErrors].flat();
  const areTaken = errors.every(({ code, errmsg = '' }) => isDuplicateKey({ code, message: errmsg }));
  if (errors.length === 0 || !areTaken) throw error;
  return errors.map(({ index }) => index);
}

/** A server's own first portion is a hundred documents, and each further one is a request more. */
export const batchSize = 1_000;

/** All that fit, asked of the driver itself: what is found by the hundred is looked for by values as they are stored, and nothing is to be cast. */
export const listPlain = async <Doc extends { _id: string }>(
  model: Model<Doc>,
  filter: mongo.Filter<Doc>,
): Promise<Doc[]> => (await collectionOf(model).find(filter, { batchSize }).toArray()) as Doc[];

/** Inserts whole documents, in no order. Gives the places in the list of those whose unique key another document has. */
export async function insertNew<Doc extends { _id: string }>(
  model: Model<Doc>,
  docs: readonly Doc[],
): Promise<Set<number>> {
  if (docs.length === 0) return new Set();
  try {
    await collectionOf(model).insertMany(docs as mongo.OptionalUnlessRequiredId<Doc>[], { ordered: false });
    return new Set();
  } catch (error) {
    return new Set(readLost(error));
  }
}

/** Makes many changes in one request, in no order unless told. Gives how many documents were changed. */
export async function changeMany<Doc extends { _id: string }>(
  model: Model<Doc>,
  changes: readonly mongo.AnyBulkWriteOperation<Doc>[],
  { ordered = false } = {},
): Promise<number> {
  if (changes.length === 0) return 0;
  return (await collectionOf(model).bulkWrite(changes, { ordered })).modifiedCount;
}
