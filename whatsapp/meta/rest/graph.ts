import { z } from 'zod';
import {
  ServerAnswerError,
  ServerError,
  ServerKeyError,
  ServerMissingError,
  ServerUnreachableError,
  type ServerWords,
} from '../../rest/errors';
import { toUrl } from '../../rest/exchange';

/** How Meta is asked for one number. */
export interface MetaWay {
  /** Null: Meta's own address. */
  graphUrl: string | null;
  apiVersion: string;
  phoneNumberId: string;
  accessToken: string;
  timeoutMs?: number;
}

const metaGraphUrl = 'https://graph.facebook.com';
export const graphUrlOf = ({ graphUrl }: Pick<MetaWay, 'graphUrl'>): string => graphUrl ?? metaGraphUrl;

export const metaWords: ServerWords = {
  name: 'Meta',
  advice: {
    unreachable: 'Meta cannot be reached, or limits our requests; ask again later.',
    key: 'Give the account an access token of a system user of the app’s business that may use this number, with the permissions whatsapp_business_messaging and whatsapp_business_management.',
    missing: 'Set the account’s phoneNumberId to the one that Meta’s dashboard shows beside the number.',
    state: 'Meta does not do this for the number as it is now.',
    answer: 'Meta refuses the request: see whether the account’s apiVersion is still served.',
  },
};

/** A refusal of Meta's with its own number, which says more than the status. */
export class MetaRefusedError extends ServerAnswerError {
  constructor(
    readonly code: number | null,
    facts: { call: string; status: number },
  ) {
    super(` refuses this request with ${code ?? 'no'} code`, { words: metaWords, ...facts });
  }
}

const errorShape = z.looseObject({
  error: z.looseObject({
    code: z.number().nullish().catch(null),
    error_subcode: z.number().nullish().catch(null),
  }),
});

/** Limits of the app, of the number, of the business; and faults of Meta's own that pass. */
const passing = new Set([1, 2, 4, 17, 80007, 130429, 131016, 131056, 133004]);
/** A token that is over or wrong, and permissions that it lacks. */
const ofToken = new Set([3, 10, 102, 190]);
const isOfToken = (code: number | null) =>
  code !== null && (ofToken.has(code) || (code >= 200 && code <= 299));

function refuse(status: number, body: unknown, call: string): ServerError {
  const facts = { words: metaWords, call, status };
  const { error } = errorShape.safeParse(body).data ?? {};
  const code = error?.code ?? null;
  if (isOfToken(code) || status === 401 || status === 403) return new ServerKeyError(facts);
  const isMissing = code === 100 && error?.error_subcode === 33;
  if (isMissing || status === 404) return new ServerMissingError(facts);
  if ((code !== null && passing.has(code)) || status === 429 || status >= 500)
    return new ServerUnreachableError(facts);
  if (status >= 300 && status < 400) return new ServerAnswerError('’s address leads elsewhere', facts);
  return new MetaRefusedError(code, { call, status });
}

/** Answers are small: a number's card, a file's address. */
const maxBytes = 1024 * 1024;

async function readJson(response: Response, call: string): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > maxBytes) throw new ServerAnswerError('’s answer is too large', { words: metaWords, call });
    chunks.push(chunk as Uint8Array);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

export interface GraphAsk {
  method: 'GET' | 'POST';
  /** Below the version, ids encoded. */
  path: string;
  /** The route without ids, for errors. */
  call: string;
  query?: Record<string, string>;
  body?: unknown;
}

const usualTimeoutMs = 30_000;

/** Asks Meta's Graph API: bounded in time and size, without retries. Redirects are not followed: they would take the token along. */
export async function askGraph<Schema extends z.ZodType>(
  schema: Schema,
  way: MetaWay,
  { method, path, call, query = {}, body }: GraphAsk,
): Promise<z.output<Schema>> {
  const { apiVersion, accessToken, timeoutMs = usualTimeoutMs } = way;
  try {
    const response = await fetch(toUrl(graphUrlOf(way), { path: `/${apiVersion}${path}`, query }), {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await readJson(response, call);
    if (response.status >= 300) throw refuse(response.status, answer, call);
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new ServerAnswerError('’s answer is of an unknown form', { words: metaWords, call });
  } catch (error) {
    if (error instanceof ServerError) throw error;
    throw new ServerUnreachableError({ words: metaWords, call, cause: error });
  }
}
