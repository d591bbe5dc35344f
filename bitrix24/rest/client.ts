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
import { UnknownOutcomeError } from '../errors';
import { type AddressOptions, createAddress } from './address';
import type { Body, HttpAnswer } from './exchange';
import { toError, toPageError } from './refusals';
import type { StreamedBody } from './upload-body';

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
  /** The same with a body that is made while it is sent; `command` is what an error says it was. */
  upload(command: Command, body: StreamedBody, options?: CallOptions): Promise<Answer>;
  /** Up to 50 commands, carried out in order; one that fails does not stop the rest. */
  batch(commands: readonly Command[], options?: CallOptions): Promise<BatchAnswer>;
}

export interface ClientOptions extends AddressOptions {
  /** How long the portal may work on one request; cloud portals 60 s. */
  requestLimitMs?: number | undefined;
  onRequest?: ((metrics: RequestMetrics) => void) | undefined;
  /** Called with the time of every answered request, just after it was read. */
  onTime?: ((time: TimeBlock) => void) | undefined;
}

const ANSWER_MARGIN_MS = 10_000;
const WRITE_DEADLINE_MS = 10_000;

export function createClient(settings: ClientOptions): Client {
  const { requestLimitMs = 60_000, onRequest, onTime } = settings;
  const address = createAddress(settings);

  const send = (method: string, body: Body, options: CallOptions): Promise<HttpAnswer> =>
    address.send(method, body, {
      method,
      writeBeforeMs: performance.now() + (options.writeDeadlineMs ?? WRITE_DEADLINE_MS),
      answerTimeoutMs: requestLimitMs + ANSWER_MARGIN_MS,
      signal: options.signal,
    });

  async function request(
    command: Command,
    commands: number,
    options: CallOptions,
    given: Body = JSON.stringify(command.params),
  ): Promise<Json> {
    const startedAtMs = performance.now();
    let outcome = 'ok';
    try {
      const body = read(await send(command.method, given, options), command);
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
    upload: async (command, body, options = {}) => toAnswer(await request(command, 1, options, body)),
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
