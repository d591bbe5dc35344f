import { type Answer, type Json, refusalIn, type TimeBlock, toMap, toNumber, toTimeBlock } from './answer';
import { type Command, contactIdOf, toCommandText } from './commands';
import { AskAdminError, BadRequestError, type Bitrix24Error, UnknownOutcomeError } from '../errors';
import { toError } from './refusals';

/** What became of one command of a batch. */
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
  const [results, errors, totals, nexts, times] = (
    ['result', 'result_error', 'result_total', 'result_next', 'result_time'] as const
  ).map((part) => toMap(envelope[part])) as [Json, Json, Json, Json, Json];

  const outcomes = commands.map((command, index): Outcome => {
    const key = toKey(index);
    const { method } = command;
    const refusal = refusalIn(errors[key]);
    if (refusal) {
      const crmContactId = contactIdOf(command);
      return {
        ok: false,
        error: toError({ ...refusal, status: null, method, crmContactId, retryAfterMs: null }),
      };
    }
    if (!(key in results))
      return { ok: false, error: new UnknownOutcomeError({ code: 'NO_RESULT', method }) };
    const time = toTimeBlock(times[key]);
    return {
      ok: true,
      answer: { result: results[key], total: toNumber(totals[key]), next: toNumber(nexts[key]), time },
    };
  });
  return { outcomes, time: toTimeBlock(body.time) };
}

/** A batch refused as a whole says nothing about any one text in it, so no text may be changed because of it. */
export function refusedAsWhole(error: unknown): never {
  if (!(error instanceof BadRequestError)) throw error;
  const { code, method } = error;
  const advice =
    'The portal refuses requests that carry several commands: look at its REST log for the reason.';
  throw new AskAdminError({ code, method, advice, scope: 'request', cause: error });
}
