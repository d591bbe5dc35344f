import type { LinkState } from '../link';
import type { GroupPolicy } from './policy';
import { listAbsences, wasNeverIn, type Absence, type Presence } from './presence';

/** A link, as far as it decides how much of a group is for its page. */
interface Sharing {
  state: LinkState;
  crmContactId: number | null;
}

/**
 * The times of which a page gets nothing of a group by its policy; null: it gets nothing of it at all. The same rule by which the pages
 * of a message are chosen.
 */
export function absencesOf(
  { mode, crmContactId }: GroupPolicy,
  link: Sharing,
  member: Presence,
): Absence[] | null {
  if (link.state !== 'linked' || mode === 'off') return null;
  if (mode === 'one') return link.crmContactId === crmContactId ? [] : null;
  if (wasNeverIn(member) || (mode === 'speakers' && member.spokeAt === null)) return null;
  return listAbsences(member);
}
