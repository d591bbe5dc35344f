import type { Candidate } from '../../domain/contact-match';
import type { DecisionRule } from '../../domain/link';
import { mayBeOnePerson, phoneOf } from '../../domain/identity';
import type { LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

export const isActive = (link: LinkDoc | null): link is LinkDoc => link !== null && link.state !== 'unlinked';
export const isOneContact = (one: LinkDoc, other: LinkDoc): boolean =>
  one.state === 'linked' &&
  other.state === 'linked' &&
  one.change === null &&
  other.change === null &&
  one.crmContactId === other.crmContactId;

export const contactsDiffer = 'Two names of one person are linked with different contacts.';
const phonesDiffer = 'Two people with different numbers share a WhatsApp id; messages go by the number.';

function toCandidate(person: PersonDoc, link: LinkDoc | null): Candidate[] {
  if (!link || link.crmContactId === null) return [];
  const { rule, matchedValue, confidence } = link.decision ?? {};
  return [
    {
      crmContactId: link.crmContactId,
      name: person.name ?? '',
      phones: [phoneOf(person.aliases) ?? []].flat(),
      rule: rule ?? ('linked' satisfies DecisionRule),
      matchedValue: matchedValue ?? '',
      confidence: confidence ?? 0,
    },
  ];
}

/**
 * The links of two people, of whom `loser` merges, or may merge, into `survivor`. A link only ever goes that way: the loser's is read first,
 * so that one that is given between the two reads is seen, and then it is the survivor's.
 */
export async function loadLinks(
  { links }: Store,
  { portalId, _id }: PersonDoc,
  loser: PersonDoc,
): Promise<[LinkDoc | null, LinkDoc | null]> {
  const other = await links.findByPerson(portalId, loser._id);
  const own = await links.findByPerson(portalId, _id);
  return [own, own?._id === other?._id ? null : other];
}

/** Asks a person about two people, who stay apart until then; messages go by the phone. */
export async function openConflict(store: Store, person: PersonDoc, other: PersonDoc, reason: string) {
  const { portalId, _id: personId } = person;
  const [link, otherLink] = await loadLinks(store, person, other);
  await store.reviews.open({
    ...{ portalId, personId, linkId: link?._id ?? null, otherPersonId: other._id, kind: 'conflict', reason },
    candidates: [...toCandidate(person, link), ...toCandidate(other, otherLink)],
  });
}

/** Why these two cannot be one person without somebody's word, or null when they can. */
export async function findObstacle(store: Store, one: PersonDoc, other: PersonDoc): Promise<string | null> {
  if (!mayBeOnePerson(one.aliases, other.aliases)) return phonesDiffer;
  const [link, otherLink] = await loadLinks(store, one, other);
  const mayJoin = !isActive(link) || !isActive(otherLink) || isOneContact(link, otherLink);
  return mayJoin ? null : contactsDiffer;
}
