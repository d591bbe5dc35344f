import { type Answer, type Json, refusalIn, type TimeBlock, toAnswer, toMap, toTimeBlock } from './answer';
import { type Command, contactIdOf, toCommandText } from './commands';
import {
  AskAdminError,
  BadRequestError,
  type Bitrix24Error,
  UnclearRefusalError,
  UnknownOutcomeError,
} from '../errors';
import { toError } from './refusals';

/** The end of one command of a batch. */
export type Outcome = { ok: true; answer: Answer } | { ok: false; error: Bitrix24Error };

export interface BatchAnswer {
  /** In the order of the commands. */
  outcomes: Outcome[];
  time: TimeBlock | null;
}

const toKey = (index: number): string => `c${index}`;

/** `cmd` of a batch. The keys are no numbers, so that PHP answers with maps. */
export const toCommandMap = (commands: readonly Command[]): Record<string, string> =>
  Object.fromEntries(commands.map((command, index) => [toKey(index), toCommandText(command)]));

/** Reads the envelope of a batch; a command that is neither answered nor refused there is unknown. */
export function toBatchAnswer(commands: readonly Command[], body: Json): BatchAnswer {
  const envelope = toMap(body.result);
  const part = (name: string): Json => toMap(envelope[name]);
  const errors = part('result_error');
  const results = part('result');
  const [totals, nexts, times] = [part('result_total'), part('result_next'), part('result_time')];
  const outcomes = commands.map((command, index): Outcome => {
    const key = toKey(index);
    const { method } = command;
    const refusal = refusalIn(errors[key]);
    if (refusal) {
      const facts = { ...refusal, status: null, method, retryAfterMs: null };
      return { ok: false, error: toError({ ...facts, crmContactId: contactIdOf(command) }) };
    }
    if (!(key in results))
      return { ok: false, error: new UnknownOutcomeError({ code: 'NO_RESULT', method }) };
    const answer = { result: results[key], total: totals[key], next: nexts[key], time: times[key] };
    return { ok: true, answer: toAnswer(answer) };
  });
  return { outcomes, time: toTimeBlock(body.time) };
}

/** A batch refused as a whole says nothing about any one text in it, so no text may be changed because of it. */
export function refusedAsWhole(error: unknown): never {
  if (!(error instanceof BadRequestError || error instanceof UnclearRefusalError)) throw error;
  const { code, method } = error;
  const advice =
    'The portal refuses requests that carry several commands: look at its REST log for the reason.';
  throw new AskAdminError({ code, method, advice, scope: 'request', cause: error });
}
