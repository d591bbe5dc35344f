import { Connection, type ConnectionOptions } from '@temporalio/client';
import type { Say } from './cache';
import { firstLine } from './find-temporal';
import { waitUntil } from './ports';
import { searchAttribute } from './server-commands';

/** gRPC's codes for "there already", and for what a server does not do or not allow. */
const alreadyExists = 6;
const notForUs = new Set([7, 12]);
/** Keyword, in Temporal's `IndexedValueType`. */
const keyword = 2;

/**
 * Waits until the namespace answers and has our search attribute. A dev server registers it only for a namespace it
 * creates itself, so data of an older version gets it here. A server on which we may not add it (Temporal Cloud) is
 * taken as it is, with a word.
 */
export async function prepareTemporal(
  options: ConnectionOptions & { address: string },
  { limitMs, say, namespace = 'default' }: { limitMs: number; say: Say; namespace?: string },
): Promise<void> {
  let reason: unknown = null;
  const isPrepared = async () => {
    try {
      return await hasSearchAttribute(options, namespace);
    } catch (error) {
      reason = error;
      const { code } = error as { code?: number };
      if (code !== undefined && notForUs.has(code)) {
        say(`Temporal: add the search attribute ${searchAttribute} (Keyword) to the namespace yourself`);
        return true;
      }
      return code === alreadyExists;
    }
  };
  try {
    await waitUntil(isPrepared, { what: 'Temporal', limitMs, everyMs: 100 });
  } catch (error) {
    throw new Error(`Temporal at ${options.address} does not answer: ${firstLine(reason ?? error)}`, {
      cause: error,
    });
  }
}

async function hasSearchAttribute(options: ConnectionOptions, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ ...options, connectTimeout: '5 seconds' });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    if (customAttributes[searchAttribute] !== undefined) return true;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: { [searchAttribute]: keyword },
    });
    return false;
  } finally {
    await connection.close();
  }
}
