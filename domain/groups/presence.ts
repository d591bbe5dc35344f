/** A time in which somebody was known to be out of a group. */
export interface Absence {
  from: Date;
  to: Date;
}

/** What is known of when somebody was in a group. */
export interface Presence {
  since: Date;
  spokeAt: Date | null;
  leftAt: Date | null;
  absences?: Absence[];
}

/** Somebody who was only named for a group, and never seen in it. */
export const wasNeverIn = ({ since, spokeAt, leftAt }: Presence): boolean =>
  leftAt !== null && spokeAt === null && since >= leftAt;

const farFuture = new Date(8.64e15);

/** When somebody was out of a group, as far as is known; one who has left it is out for good. */
export const listAbsences = ({ leftAt, absences = [] }: Presence): Absence[] => [
  ...absences,
  ...(leftAt === null ? [] : [{ from: leftAt, to: farFuture }]),
];

/**
 * Whether somebody was in the group when a message was sent. Not seen yet is not out: only what is known of their going counts. The
 * notice of it has the time of their going, and is theirs still.
 */
export const wasIn = (presence: Presence, at: Date): boolean =>
  !wasNeverIn(presence) && !listAbsences(presence).some(({ from, to }) => from < at && at < to);
