import type { Lane } from '../../domain/link';
import type { Answer } from '../rest/answer';
import type { Batcher } from '../batching/batcher';
import type { Params } from '../rest/commands';
import { UnknownOutcomeError } from '../errors';

export interface AskOptions {
  /** Default live. */
  lane?: Lane | undefined;
  signal?: AbortSignal | undefined;
  /** See `Submission.group`. */
  group?: symbol | undefined;
}

/** One command that needs no claim, in a batch with whatever else is waiting. */
export type Ask = (method: string, params: Params, options?: AskOptions) => Promise<Answer>;

export function createAsk(batcher: Batcher): Ask {
  return async (method, params, { lane = 'live', signal, group } = {}) => {
    const submitted = await batcher.submit({ method, params, lane, signal, group });
    if (submitted.kind === 'answered') return submitted.answer;
    throw new UnknownOutcomeError({ code: 'NOT_CLAIMED', method });
  };
}
