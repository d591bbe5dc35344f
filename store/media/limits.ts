/** Which files are taken, and for how long they are kept. */
export interface FileLimits {
  maxBytes: number;
  /** MIME types such as `video/mp4`, or families such as `video/*`. */
  refusedTypes: readonly string[];
  /** How long a file is kept once it is on its page. */
  keptForMs: number;
}

export const usualLimits: FileLimits = {
  maxBytes: 100_000_000,
  refusedTypes: [],
  keptForMs: 30 * 24 * 3_600_000,
};
