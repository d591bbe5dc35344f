/** What is kept for a time of its own; files on their page have theirs in `KEEP_FILES`. */
export const retainedKinds = ['messages', 'unreadable', 'held', 'groupsOff', 'audit'] as const;
export type RetainedKind = (typeof retainedKinds)[number];

/** For how many days each kind is kept; null: for ever. */
export type Retention = Record<RetainedKind, number | null>;

export const keepAll: Retention = {
  ...{ messages: null, unreadable: null, held: null, groupsOff: null, audit: null },
};

/** What the installation says, and over it what the portal says. */
export const toRetention = (
  installation: Partial<Retention> | undefined,
  portal: Partial<Retention> | undefined,
): Retention => ({ ...keepAll, ...installation, ...portal });

const dayMs = 24 * 3_600_000;

/** What is older than this has been kept long enough; null: nothing has. */
export const cutoffOf = (days: number | null, now: Date): Date | null =>
  days === null ? null : new Date(now.getTime() - days * dayMs);

/** What is known of a message, to say for how long it is kept. */
export interface Kept {
  /** Every version, and every file, is on its page. */
  isTold: boolean;
  /** Somebody's page waits for it, or may: it is kept whatever its age. */
  mayBeTold: boolean;
  isOfGroupThatIsOff: boolean;
}

/** By which time a message goes; null: it is still to be told. */
export function kindOf({
  isTold,
  mayBeTold,
  isOfGroupThatIsOff,
}: Kept): 'messages' | 'held' | 'groupsOff' | null {
  if (isTold) return 'messages';
  if (isOfGroupThatIsOff) return 'groupsOff';
  return mayBeTold ? null : 'held';
}
