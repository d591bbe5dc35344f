import type { z } from 'zod';
import { WahaAnswerError, WahaMissingError } from './errors';
import { createExchange, type Ask, type ExchangeOptions } from './exchange';

/** A page of a list. */
export interface PageAsk {
  limit: number;
  offset: number;
  signal?: AbortSignal | undefined;
}

type AskJson = <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.output<Schema>>;

/** The parts of this room ask through this: the answer as its schema sees it. */
export interface Asking {
  /** Encoded for a path. */
  session: string;
  askJson: AskJson;
  /** Null instead of `WahaMissingError`. */
  askIfThere: <Schema extends z.ZodType>(schema: Schema, ask: Ask) => Promise<z.output<Schema> | null>;
  askBytes: (ask: Ask) => Promise<{ bytes: Buffer; contentType: string }>;
}

function parseJson(bytes: Buffer, call: string): unknown {
  // `me` of a session that was not scanned is an empty body in some versions.
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    throw new WahaAnswerError('WAHA’s answer is not JSON', { call });
  }
}

export function createAsking(options: ExchangeOptions & { session: string }): Asking {
  const exchange = createExchange(options);
  const askJson: AskJson = async (schema, ask) => {
    const { bytes } = await exchange.ask(ask);
    const parsed = schema.safeParse(parseJson(bytes, ask.call));
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.') || 'the answer';
    throw new WahaAnswerError(`WAHA’s answer is of an unknown form at ${field}`, { call: ask.call });
  };
  return {
    session: encodeURIComponent(options.session),
    askJson,
    askIfThere: (schema, ask) =>
      askJson(schema, ask).catch((error: unknown) => {
        if (error instanceof WahaMissingError) return null;
        throw error;
      }),
    askBytes: (ask) => exchange.ask(ask),
  };
}
