import type { Candidate } from '../domain/contact-match';
import { toPhoneAlias } from '../domain/identity';
import type { Store } from '../store/store';

/** A number and the one contact that has it in the CRM. */
export interface Match {
  e164: string;
  candidate: Candidate;
}

/**
 * Of these matches those on a card that may be out of date: somebody else had the number before WhatsApp told that they changed it,
 * and is linked to that very contact. Whoever has the number now is not to be taken for them.
 */
export async function listStale(
  store: Store,
  portalId: string,
  matches: readonly Match[],
): Promise<Set<Match>> {
  const holders = await store.people.listFormerAmong(
    portalId,
    matches.map(({ e164 }) => toPhoneAlias(e164).key),
  );
  if (holders.length === 0) return new Set();
  const links = await store.links.listByPeople(portalId, [
    ...new Set(holders.map(({ personId }) => personId)),
  ]);
  const contactOf = new Map(links.map(({ personId, crmContactId }) => [personId, crmContactId]));
  const isOf = ({ e164, candidate }: Match) =>
    holders.some(
      ({ key, personId }) =>
        key === toPhoneAlias(e164).key && contactOf.get(personId) === candidate.crmContactId,
    );
  return new Set(matches.filter(isOf));
}
