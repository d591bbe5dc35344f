import { isNativeError } from 'node:util/types';

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

/** The driver lets these through as Node gives them, when the connection breaks between two writes. */
const brokenCodes = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'ERR_STREAM_DESTROYED']);

/** Whether an error of the store means that MongoDB is away. With buffering off, mongoose refuses calls by a text. */
export function isStoreAway(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const { code } = error as { code?: unknown };
  if (awayNames.has(error.name) || (typeof code === 'number' && awayCodes.has(code))) return true;
  if (error.name === 'Error' && typeof code === 'string' && brokenCodes.has(code)) return true;
  return error.name === 'MongooseError' && error.message.includes('initial connection');
}
