import { SourceAwayError, SourceRefusedError } from '../history-source';
import { ServerAnswerError, ServerError, ServerKeyError, ServerMissingError } from './errors';

/**
 * The errors of a server in the words of every source: a key is a person's to mend, the rest passes. An answer of another form stays what it is:
 * of one chat it sets that chat aside.
 */
export async function inWordsOfSources<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ServerError) || error instanceof ServerAnswerError) throw error;
    const Meant = error instanceof ServerKeyError ? SourceRefusedError : SourceAwayError;
    throw new Meant(error.advice, { cause: error });
  }
}

/** The list is of all chats: an answer that is not the server's is nobody's but a person's. */
export function refuseAnswer(error: unknown): never {
  if (error instanceof ServerAnswerError) throw new SourceRefusedError(error.advice, { cause: error });
  throw error;
}

/** A chat that the server does not have has no messages. */
export const orElse =
  <T>(none: T) =>
  (error: unknown): T => {
    if (error instanceof ServerMissingError) return none;
    throw error;
  };
