import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';

/** gRPC's codes for a call that ran out of time, and for a server that is not there. */
const deadlineExceeded = 4;
const unavailable = 14;

const rest = 'this is what was stored last.';

/** Why no workflow answered, as a sentence for people. */
export function explainNoAnswer(error: unknown): string {
  if (error instanceof WorkflowNotFoundError) return `The link has no workflow at the moment; ${rest}`;
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  if (isGrpcServiceError(cause)) {
    const code = Number(cause.code);
    if (code === unavailable) return `Temporal is away; ${rest}`;
    if (code === deadlineExceeded) return `Temporal or its worker did not answer in time; ${rest}`;
    if (/no poller/i.test(cause.message)) return `No worker is running; ${rest}`;
  }
  return `The link's workflow could not be asked; ${rest}`;
}
