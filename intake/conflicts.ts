import type { Candidate } from '../domain/contact-match';
import { mayBeOnePerson, phoneOf } from '../domain/identity';
import type { LinkDoc } from '../store/links/link-schema';
import type { PersonDoc } from '../store/people/people';
import type { NumberClaim } from '../store/people/person-schema';
import type { Store } from '../store/store';

export const isActive = (link: LinkDoc | null): link is LinkDoc => link !== null && link.state !== 'unlinked';
export const isOneContact = (one: LinkDoc, other: LinkDoc): boolean =>
  one.state === 'linked' &&
  other.state === 'linked' &&
  one.change === null &&
  other.change === null &&
  one.crmContactId === other.crmContactId;

export const contactsDiffer = 'Two names of one person are linked with different contacts.';
const phonesDiffer = 'Two people with different numbers share a WhatsApp id; messages go by the number.';
const numberTaken =
  'WhatsApp says that this person has a new number, but somebody else was known by it before.';

function toCandidate(person: PersonDoc, link: LinkDoc | null): Candidate[] {
  if (!link || link.crmContactId === null) return [];
  const { rule, matchedValue, confidence } = link.decision ?? {};
  return [
    {
      crmContactId: link.crmContactId,
      name: person.name ?? '',
      phones: [phoneOf(person.aliases) ?? []].flat(),
      rule: rule ?? 'linked',
      matchedValue: matchedValue ?? '',
      confidence: confidence ?? 0,
    },
  ];
}

const loadLinks = (store: Store, one: PersonDoc, other: PersonDoc) =>
  Promise.all([
    store.links.findByPerson(one.portalId, one._id),
    store.links.findByPerson(one.portalId, other._id),
  ]);

/** A person must look at it: the two stay apart, and what comes goes by the phone. */
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

/** Whether somebody was known by a number before another person took it over. That they were asked for does not count. */
async function wasKnownBefore(
  store: Store,
  person: PersonDoc,
  { key, since }: NumberClaim,
): Promise<boolean> {
  const names = [...person.aliases, ...(person.former ?? []), ...person.absorbed];
  const number = names.find((alias) => alias.key === key);
  if (number && number.source !== 'link' && number.firstSeenAt < since) return true;
  if (number?.since && number.since > since) return true;
  const chats = await store.chats.listDirect(person.portalId, person._id);
  const oldest = await store.messages.findOldest(chats.map(({ _id }) => _id));
  return oldest !== null && oldest.versions.some(({ sentAt }) => sentAt < since);
}

/**
 * Why the one who claims a number and the one who is known by it cannot be one person. That both are linked with the same
 * contact is somebody's word for it.
 */
export async function findClaimObstacle(
  store: Store,
  { holder, claimant, claim }: { holder: PersonDoc; claimant: PersonDoc; claim: NumberClaim },
): Promise<string | null> {
  const obstacle = await findObstacle(store, holder, claimant);
  if (obstacle !== null) return obstacle;
  const [link, otherLink] = await loadLinks(store, holder, claimant);
  if (isActive(link) && isActive(otherLink)) return null;
  return (await wasKnownBefore(store, holder, claim)) ? numberTaken : null;
}
