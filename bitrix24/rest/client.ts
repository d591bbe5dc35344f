import {
  type Answer,
  type Json,
  parseBody,
  refusalIn,
  type TimeBlock,
  toAnswer,
  toTimeBlock,
} from './answer';
import { type BatchAnswer, refusedAsWhole, toBatchAnswer, toCommandMap } from './batch-answer';
import { type Command, contactIdOf, type Params } from './commands';
import { AskAdminError, UnknownOutcomeError } from '../errors';
import { type HttpAnswer, post } from './exchange';
import { findNewAddress } from './new-address';
import { toError, toPageError } from './refusals';

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** The request is given up unless it has left us whole within this time; default 10 s. */
  writeDeadlineMs?: number;
}

/** One HTTP request, for metrics: nothing of it is personal. `outcome` is `ok` or the error's class. */
export interface RequestMetrics {
  method: string;
  commands: number;
  outcome: string;
  durationMs: number;
}

/** One portal's REST interface. Nothing is retried here, and every error is one of `errors.ts`. */
export interface Client {
  call(method: string, params: Params, options?: CallOptions): Promise<Answer>;
  /** Up to 50 commands, carried out in order; one that fails does not stop the rest. */
  batch(commands: readonly Command[], options?: CallOptions): Promise<BatchAnswer>;
}

export interface ClientOptions {
  /** `https://<portal>/rest/<user>/<secret>/`: a secret, never logged. */
  webhookUrl: string;
  /** How long the portal may work on one request; cloud portals 60 s. */
  requestLimitMs?: number | undefined;
  /** Called with the new base address once a portal has moved and answered there. */
  onMoved?: ((webhookUrl: string) => void) | undefined;
  onRequest?: ((metrics: RequestMetrics) => void) | undefined;
  /** Called with the time of every answered request, just after it was read. */
  onTime?: ((time: TimeBlock) => void) | undefined;
}

const ANSWER_MARGIN_MS = 10_000;
const WRITE_DEADLINE_MS = 10_000;

export function createClient(settings: ClientOptions): Client {
  const { webhookUrl, requestLimitMs = 60_000, onMoved, onRequest, onTime } = settings;
  let base = new URL(webhookUrl.endsWith('/') ? webhookUrl : `${webhookUrl}/`);

  async function send(method: string, body: string, options: CallOptions): Promise<HttpAnswer> {
    const exchangeOptions = {
      method,
      writeBeforeMs: performance.now() + (options.writeDeadlineMs ?? WRITE_DEADLINE_MS),
      answerTimeoutMs: requestLimitMs + ANSWER_MARGIN_MS,
      signal: options.signal,
    };
    const answer = await post(new URL(method, base), body, exchangeOptions);
    if (answer.status < 300 || answer.status >= 400) return answer;

    // A moved portal answers 302 without carrying anything out.
    const moved = findNewAddress(answer.location, new URL(method, base));
    const repeated = moved ? await post(moved, body, exchangeOptions) : answer;
    if (!moved || (repeated.status >= 300 && repeated.status < 400)) throw movedAway(method);
    base = new URL('.', moved);
    onMoved?.(base.href);
    return repeated;
  }

  async function request(command: Command, commands: number, options: CallOptions): Promise<Json> {
    const startedAtMs = performance.now();
    let outcome = 'ok';
    try {
      const body = read(await send(command.method, JSON.stringify(command.params), options), command);
      const time = toTimeBlock(body.time);
      if (time) onTime?.(time);
      return body;
    } catch (error) {
      outcome = error instanceof Error ? error.name : 'Error';
      throw error;
    } finally {
      onRequest?.({ method: command.method, commands, outcome, durationMs: performance.now() - startedAtMs });
    }
  }

  return {
    call: async (method, params, options = {}) => toAnswer(await request({ method, params }, 1, options)),
    batch: async (commands, options = {}) => {
      const batch = { method: 'batch', params: { halt: 0, cmd: toCommandMap(commands) } };
      const body = await request(batch, commands.length, options).catch(refusedAsWhole);
      return toBatchAnswer(commands, body);
    },
  };
}

/** The JSON of a carried-out request; everything else is thrown as the class that fits. */
function read({ status, text, retryAfterMs }: HttpAnswer, command: Command): Json {
  const { method } = command;
  const body = parseBody(text);
  if (!body) throw toPageError({ status, method, retryAfterMs });
  const refusal = refusalIn(body) ?? (status >= 400 ? { code: '', description: '' } : null);
  if (refusal)
    throw toError({ ...refusal, status, method, crmContactId: contactIdOf(command), retryAfterMs });
  if (!('result' in body)) throw new UnknownOutcomeError({ code: 'NO_RESULT', method });
  return body;
}

const movedAway = (method: string) =>
  new AskAdminError({
    code: 'MOVED',
    method,
    advice: 'The portal has another address now: create a new webhook there and enter it here.',
    scope: 'portal',
  });
