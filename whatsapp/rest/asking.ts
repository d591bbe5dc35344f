import type { z } from 'zod';
import { ServerAnswerError, ServerMissingError, type ServerWords } from './errors';
import { createExchange, type Ask, type ExchangeOptions } from './exchange';

/** A page of a list. */
export interface PageAsk {
  limit: number;
  offset: number;
  signal?: AbortSignal | undefined;
}

type AskJson = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.output<Schema>>;

/** A client's parts ask through this: the answer as its schema sees it. */
export interface Asking {
  words: ServerWords;
  askJson: AskJson;
  /** Null instead of `ServerMissingError`. */
  askIfThere: <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.output<Schema> | null>;
  askBytes: (ask: Ask) => Promise<{ bytes: Buffer; contentType: string }>;
}

function parseJson(bytes: Buffer, call: string, words: ServerWords): unknown {
  // Some versions answer with an empty body where there is nothing: `me` of a session that was not scanned.
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new ServerAnswerError('’s answer is not JSON', { words, call });
  }
}

export function createAsking(options: ExchangeOptions): Asking {
  const exchange = createExchange(options);
  const { words } = options;
  const askJson: AskJson = async (schema, ask) => {
    const { bytes } = await exchange.ask(ask);
    const parsed = schema.safeParse(parseJson(bytes, ask.call, words));
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.') || 'the answer';
    throw new ServerAnswerError(`’s answer is of an unknown form at ${field}`, { words, call: ask.call });
  };
  return {
    words,
    askJson,
    askIfThere: (schema, ask) =>
      askJson(schema, ask).catch((error: unknown) => {
        if (error instanceof ServerMissingError) return null;
        throw error;
      }),
    askBytes: (ask) => exchange.ask(ask),
  };
}
