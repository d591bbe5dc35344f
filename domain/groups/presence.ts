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

/**
 * Whether somebody was in the group when a message was sent. Not seen yet is not out: only what is known of their going counts. The
 * notice of it has the time of their going, and is theirs still.
 */
export const wasIn = (presence: Presence, at: Date): boolean =>
  !wasNeverIn(presence) &&
  (presence.leftAt === null || at <= presence.leftAt) &&
  !(presence.absences ?? []).some(({ from, to }) => from < at && at < to);
