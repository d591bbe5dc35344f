import type { components } from '../generated/api';

type ProblemBody = components['schemas']['Problem'];

/** An answer of the API that is no success, or no answer at all: then the status is 0 and the code `offline`. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Partial<ProblemBody>;

  constructor(status: number, problem: Partial<ProblemBody>) {
    super(problem.detail ?? problem.title ?? `status ${status}`);
    this.name = 'ProblemError';
    this.status = status;
    this.code = problem.code ?? (status === 0 ? 'offline' : 'internal');
    this.problem = problem;
  }
}

/** Trying again soon may help: nobody answered, or the server is busy or starting. */
export const mayPass = (error: unknown): boolean =>
  error instanceof ProblemError && (error.status === 0 || error.status === 429 || error.status >= 500);
