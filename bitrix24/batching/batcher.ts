import { createDispatcher, type DispatcherOptions } from './dispatcher';
import { UnknownOutcomeError } from '../errors';
import { bytesOf, createQueue, notSent, type Submission, type Submitted, type Waiting } from './queue';

/** Many callers, one batch. */
export interface Batcher {
  /**
   * Resolves with this command's own answer, or rejects with its own error. Rejected with PortalUnreachableError or
   * WaitUntilError it was certainly not carried out; given up after the request was written it is UnknownOutcomeError.
   */
  submit(submission: Submission): Promise<Submitted>;
  /** Sends nothing new, rejects what waits, and ends when the batches under way have. */
  close(): Promise<void>;
}

export function createBatcher(options: DispatcherOptions): Batcher {
  const queue = createQueue();
  const dispatcher = createDispatcher(queue, options);
  let isClosed = false;
  let isToPump = false;

  /** Commands that are submitted in one go leave together, however long the submitting takes on a busy machine. */
  function pumpSoon(): void {
    if (isToPump) return;
    isToPump = true;
    queueMicrotask(() => {
      isToPump = false;
      dispatcher.pump();
    });
  }

  return {
    submit: (submission) =>
      new Promise((resolve, reject) => {
        const waiting = toWaiting(submission, resolve, reject);
        if (isClosed) return waiting.reject(notSent('CLOSED', waiting));
        if (submission.signal?.aborted) return waiting.reject(notSent('ABORTED', waiting));
        onAbort(waiting, () => queue.remove(waiting));
        queue.add(waiting);
        pumpSoon();
      }),
    close: async () => {
      isClosed = true;
      for (const waiting of queue.list()) {
        queue.remove(waiting);
        waiting.reject(notSent('CLOSED', waiting));
      }
      await dispatcher.finish();
    },
  };
}

function toWaiting(
  submission: Submission,
  resolve: (submitted: Submitted) => void,
  reject: (error: unknown) => void,
): Waiting {
  const end = (pass: () => void) => {
    if (waiting.isOver) return;
    waiting.isOver = true;
    waiting.stopListening();
    pass();
  };
  const waiting: Waiting = {
    submission,
    bytes: bytesOf(submission),
    queuedAtMs: performance.now(),
    isOver: false,
    isClaiming: false,
    isSent: false,
    stopListening: () => undefined,
    resolve: (submitted) => end(() => resolve(submitted)),
    reject: (error) => end(() => reject(error)),
  };
  return waiting;
}

/**
 * Before the claim an abort takes the command out at once. While the claim runs the caller hears of it when the claim
 * has ended, so that it can put its entry back. After that the request may have left.
 */
function onAbort(waiting: Waiting, leaveQueue: () => void): void {
  const { signal, method } = waiting.submission;
  if (!signal) return;
  const listener = () => {
    leaveQueue();
    if (waiting.isSent) waiting.reject(new UnknownOutcomeError({ code: 'ABORTED', method }));
    else if (!waiting.isClaiming) waiting.reject(notSent('ABORTED', waiting));
  };
  signal.addEventListener('abort', listener, { once: true });
  waiting.stopListening = () => signal.removeEventListener('abort', listener);
}
