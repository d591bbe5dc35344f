import type { OperationDoc } from '../../store/operations';
import type { AskedContext } from '../context';
import { toProblem } from '../http/errors-to-problems';

/** A part of an operation on many that was worked off. */
export interface Portion {
  /** With how many something was to be done. */
  count: number;
  /** The codes of what left some of them as they were. */
  refused: string[];
  /** What became of others, by name. */
  outcomes?: string[];
  /** The key behind which it goes on; null: nothing is left. */
  after: string | null;
}

/** Works off the next part behind the key. It may be done twice. */
export type WorkOff = (
  context: AskedContext,
  operation: OperationDoc,
  after: string | null,
) => Promise<Portion>;

export const atOnce = 20;

/** What is no fault of one among many: the operation waits for it. */
const isOfAll = (code: string): boolean => code === 'store_unavailable' || code === 'temporal_unavailable';

/** The result of a step, or the code of what leaves one as it is; what no person expects ends the run, to be gone on with. */
export async function tryStep<Result>(step: () => Promise<Result>): Promise<Result | { code: string }> {
  try {
    return await step();
  } catch (error) {
    const problem = toProblem(error);
    if (!problem || isOfAll(problem.code)) throw error;
    return { code: problem.code };
  }
}

/** The code of what leaves one as it is. */
export async function refusalOf(step: () => Promise<unknown>): Promise<string[]> {
  const done = await tryStep(async () => (await step(), null));
  return done === null ? [] : [done.code];
}
