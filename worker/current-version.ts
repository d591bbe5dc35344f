/** One look at the deployment: which build gets the work, and who is alive. Null: workers without a version. */
export interface VersionLook {
  current: string | null;
  /** Whether a worker of the current build said within a minute that it lives. */
  currentLives: boolean;
  /** Whether our build was current before. */
  wasCurrent: boolean;
}

export type VersionChoice = 'current' | 'take over' | 'stand by';

/**
 * A build that is new takes over at once. One that was current before, a worker of the version before that was started again, stands by as long as
 * the present one lives, and takes over when it does not: somebody went back, or the new one never came up.
 */
export function chooseVersion(
  own: string,
  { current, currentLives, wasCurrent }: VersionLook,
): VersionChoice {
  if (current === own) return 'current';
  if (!wasCurrent) return 'take over';
  return current !== null && currentLives ? 'stand by' : 'take over';
}
