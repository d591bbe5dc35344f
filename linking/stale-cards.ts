import type { Candidate } from '../domain/contact-match';
import { toPhoneAlias } from '../domain/identity';
import type { Store } from '../store/store';
import type { Sought } from './look-up';

/** A person and the one contact that has their number in the CRM. */
interface Match<S> {
  sought: S;
  candidate: Candidate;
}

const keyOf = ({ e164 }: Sought): string => (e164 === null ? '' : toPhoneAlias(e164).key);

/**
 * The people who are matched with a card that may be out of date: somebody else had the number, WhatsApp said that they
 * changed it, and they are linked to that very contact.
 */
export async function listOnStaleCards<S extends Sought>(
  { people, links }: Store,
  portalId: string,
  matches: readonly Match<S>[],
): Promise<Set<S>> {
  const holders = await people.listFormerAmong(
    portalId,
    matches.map(({ sought }) => keyOf(sought)),
  );
  if (holders.length === 0) return new Set();
  const ids = [...new Set(holders.map(({ personId }) => personId))];
  const ofHolders = await links.listByPeople(portalId, ids);
  const contactOf = new Map(ofHolders.map(({ personId, crmContactId }) => [personId, crmContactId]));
  const isStale = ({ sought, candidate }: Match<S>): boolean =>
    holders
      .filter(({ key, personId }) => key === keyOf(sought) && personId !== sought.personId)
      .some(({ personId }) => contactOf.get(personId) === candidate.crmContactId);
  return new Set(matches.filter(isStale).map(({ sought }) => sought));
}
