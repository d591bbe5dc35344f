import type { Candidate } from '../domain/contact-match';
import { mayBeOnePerson, phoneOf, type Identity } from '../domain/identity';
import { moveChat } from './chat-merge';
import type { LinkDoc } from './link-schema';
import type { PersonDoc } from './people';
import type { ReviewDoc } from './reviews';
import { addHeldMessages } from './routing';
import type { Store } from './store';

/** What one pass over a merge came to. */
export interface Advanced {
  /** `more`: go on at once; `waits`: something else must end first; the sweep comes back. */
  state: 'finished' | 'more' | 'waits';
  /** A parked link that has something waiting now. */
  parkedLinkId: string | null;
}

/** So many messages of a chat go over in one pass. */
const messagesAtOnce = 200;

const isActive = (link: LinkDoc | null): link is LinkDoc => link !== null && link.state !== 'unlinked';
const isOneContact = (one: LinkDoc, other: LinkDoc): boolean =>
  one.state === 'linked' &&
  other.state === 'linked' &&
  one.change === null &&
  other.change === null &&
  one.crmContactId === other.crmContactId;

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

/** A person must look at it: the two stay apart, and what comes goes by the phone. */
async function openConflict(store: Store, person: PersonDoc, other: PersonDoc, reason: string) {
  const { portalId, _id: personId } = person;
  const [link, otherLink] = await Promise.all([
    store.links.findByPerson(portalId, personId),
    store.links.findByPerson(portalId, other._id),
  ]);
  await store.reviews.open({
    ...{ portalId, personId, linkId: link?._id ?? null, otherPersonId: other._id, kind: 'conflict', reason },
    candidates: [...toCandidate(person, link), ...toCandidate(other, otherLink)],
  });
}

const phonesDiffer = 'Two people with different numbers share a WhatsApp id; messages go by the number.';
const contactsDiffer = 'Two names of one person are linked with different contacts.';

/** Ends the loser's link to the contact that the survivor is linked with too; its entries stay. */
async function endLink(store: Store, link: LinkDoc): Promise<void> {
  if (link.state !== 'linked' || link.change !== null) return;
  const { portalId, _id: linkId } = link;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'unlink' });
  const changed = await store.links.requestChange(linkId, {
    ...{ kind: 'unlink', crmContactId: null, entries: 'keep', remember: false },
    operationId: operation._id,
    why: 'merged with another name of this person',
  });
  if (!changed) await store.operations.finish(operation._id, 'failed', 'Another change came first.');
}

/**
 * One person, one link: the active one, with its history; an ended one stays with the merged person. Two active links of
 * one contact: the loser's ends first. Each pass looks at what is there, so a crash anywhere is gone on from.
 */
async function mergeLinks(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<boolean> {
  const { portalId } = survivor;
  const place = `merged/${loser._id}`;
  for (let pass = 0; pass < 5; pass += 1) {
    const [own, other, aside] = await Promise.all([
      store.links.findByPerson(portalId, survivor._id),
      store.links.findByPerson(portalId, loser._id),
      store.links.findByPerson(portalId, place),
    ]);
    if (other && !own) await store.links.giveTo(other._id, loser._id, survivor._id);
    else if (isActive(own) && isActive(other)) {
      if (isOneContact(own, other)) await endLink(store, other);
      else await openConflict(store, survivor, loser, contactsDiffer);
      return false;
    } else if (own && isActive(other)) await store.links.giveTo(own._id, survivor._id, place);
    else if (aside && !other) await store.links.giveTo(aside._id, place, loser._id);
    else return true;
  }
  return false;
}

/** What the merged person's chats held becomes rows of the survivor's link, or is a reason to look for a contact. */
async function takeHeld(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<string | null> {
  const link = await store.links.findByPerson(survivor.portalId, survivor._id);
  if (link?.state !== 'linked') {
    if (!link && loser.lookup) await store.people.lookUpSoon([survivor._id], new Date());
    return null;
  }
  if ((await addHeldMessages(store, link)) === 0) return null;
  await store.links.countArrival(link._id);
  const now = await store.links.load(link._id);
  return now?.rhythm === 'parked' ? link._id : null;
}

/**
 * Goes on with a merge that was begun: link, chats, names, then what waited. Every step finds what an earlier pass did,
 * so a crash between any two of them is repaired by running again.
 */
export async function advanceMerge(store: Store, loserId: string): Promise<Advanced> {
  const loser = await store.people.loadAsStored(loserId);
  const survivor = await store.people.load(loserId);
  const nothing = { state: 'finished', parkedLinkId: null } as const;
  if (!loser?.mergedInto || !survivor || survivor._id === loserId) return nothing;
  if (!(await mergeLinks(store, survivor, loser))) return { ...nothing, state: 'waits' };
  let isDone = true;
  for (const chat of await store.chats.listDirect(loser.portalId, loserId)) {
    isDone = (await moveChat(store, chat, survivor._id, messagesAtOnce)) && isDone;
  }
  if (!isDone) return { ...nothing, state: 'more' };
  await store.people.absorb(survivor._id, loser);
  const parkedLinkId = await takeHeld(store, survivor, loser);
  await store.people.finishMerge(loserId);
  return { state: 'finished', parkedLinkId };
}

/** Why these two cannot be one person without somebody's word, or null when they can. */
async function findObstacle(store: Store, one: PersonDoc, other: PersonDoc): Promise<string | null> {
  if (!mayBeOnePerson(one.aliases, other.aliases)) return phonesDiffer;
  const [link, otherLink] = await Promise.all([
    store.links.findByPerson(one.portalId, one._id),
    store.links.findByPerson(one.portalId, other._id),
  ]);
  const mayJoin = !isActive(link) || !isActive(otherLink) || isOneContact(link, otherLink);
  return mayJoin ? null : contactsDiffer;
}

async function merge(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<void> {
  await store.people.markMerged(loser._id, survivor._id);
  await advanceMerge(store, loser._id);
}

/**
 * Two names were found to be one person: merges `loser` into `survivor`, or opens a conflict where both have a phone or
 * an active link of their own. What does not go over at once is moved by the sweep.
 */
export async function mergePeople(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<void> {
  const obstacle = await findObstacle(store, survivor, loser);
  if (obstacle === null) return merge(store, survivor, loser);
  await openConflict(store, survivor, loser, obstacle);
}

/** The person whom an identity names; the pairs it makes known merge people or show a conflict. */
export async function resolvePerson(
  store: Store,
  portalId: string,
  identity: Identity,
  source: string,
): Promise<PersonDoc> {
  const person = await store.people.findOrCreate(portalId, identity, source);
  for (const rival of await store.people.findRivals(identity, person)) {
    // Read anew: the phone may have been learnt just now.
    const now = await store.people.load(person._id);
    if (now && now._id !== rival._id) await mergePeople(store, now, rival);
  }
  return person;
}

/** Takes a pair that a source's address book tells, without a message: only for people who are known already. */
export async function learnPair(
  store: Store,
  portalId: string,
  identity: Identity,
  source: string,
): Promise<void> {
  const keys = identity.aliases.map(({ key }) => key);
  const known = await store.people.listByAliases(portalId, keys);
  if (known.length > 0) await resolvePerson(store, portalId, identity, source);
}

/** Whether a conflict has gone away: a person unlinked one of two, or gave both the same contact. Then they merge. */
export async function reviewConflict(store: Store, review: ReviewDoc): Promise<void> {
  const [person, other] = await Promise.all([
    store.people.load(review.personId),
    store.people.load(review.otherPersonId ?? ''),
  ]);
  const areTwo = person && other && person._id !== other._id;
  if (areTwo && (await findObstacle(store, person, other)) !== null) return;
  if (areTwo) await merge(store, person, other);
  await store.reviews.settle(review.portalId, review.personId, 'identity');
}
