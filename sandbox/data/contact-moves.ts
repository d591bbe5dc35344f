import { toEmailMatchCode, toPhoneMatchCode } from './phone-match-code';
import type { PortalData } from './portal-data';
import type { Change, Contact, Multifield } from './records';

const codeOf = ({ typeId, value }: Multifield) =>
  `${typeId}:${typeId === 'PHONE' ? toPhoneMatchCode(value) : toEmailMatchCode(value)}`;

function toUnboundComments(data: PortalData, contactId: number, movedTo: number | null): Change[] {
  return data.commentsOf(contactId).map((comment): Change => {
    const others = comment.contactIds.filter((id) => id !== contactId && id !== movedTo);
    const contactIds = movedTo === null ? others : [movedTo, ...others];
    if (contactIds.length === 0) return { kind: 'commentGone', id: comment.id };
    return { kind: 'comment', comment: { ...comment, contactIds } };
  });
}

/** Deletes a contact with its timeline; a comment that stands on other pages too stays there. */
export function deleteContact(data: PortalData, id: number): void {
  data.commit([...toUnboundComments(data, id, null), { kind: 'contactGone', id }]);
}

/** A merge of duplicates by staff: the loser disappears, its phones and its timeline go to the winner. */
export function mergeContacts(data: PortalData, loser: Contact, winner: Contact, nowMs: number): void {
  const known = new Set(winner.fm.map(codeOf));
  const gained = loser.fm.filter((entry) => !known.has(codeOf(entry)));
  const contact = { ...winner, fm: [...winner.fm, ...gained], updatedAtMs: nowMs };
  data.commit([
    { kind: 'contact', contact },
    ...toUnboundComments(data, loser.id, winner.id),
    { kind: 'contactGone', id: loser.id },
  ]);
}
