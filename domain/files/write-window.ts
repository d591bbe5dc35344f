/** A line that is slower than this, two megabits a second, cannot bring large files to a portal in any useful time. */
const slowestBytesPerSecond = 250_000;
/** Base64 writes three bytes as four. */
const growth = 4 / 3;

/**
 * How long a request with files may take until it has left us whole: the usual window, and what its bytes take on a slow line. Whoever
 * waits for an unknown outcome waits for as long: see docs/decisions/0024.
 */
export const toWriteWindowMs = (usualMs: number, fileBytes: number): number =>
  usualMs + Math.ceil((fileBytes * growth * 1_000) / slowestBytesPerSecond);
