/** Driver and mongoose errors that mean "the server cannot be reached now"; nothing is wrong with the request. */
const awayNames = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoClientClosedError',
  'MongoExpiredSessionError',
]);

/** Server codes of a node that is stopping, or is no longer the one to write to. */
const awayCodes = new Set([89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436]);

/** Whether an error of the store means that MongoDB is away. With buffering off, mongoose refuses calls by a text. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (awayNames.has(error.name) || (typeof code === 'number' && awayCodes.has(code))) return true;
  return error.name === 'MongooseError' && error.message.includes('initial connection');
}
