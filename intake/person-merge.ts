import type { Identity } from '../domain/identity';
import { moveChat } from './chat-merge';
import {
  contactsDiffer,
  findClaimObstacle,
  findObstacle,
  isActive,
  isOneContact,
  openConflict,
} from './conflicts';
import type { LinkDoc } from '../store/links/link-schema';
import type { PersonDoc } from '../store/people/people';
import type { NumberClaim } from '../store/people/person-schema';
import type { ReviewDoc } from '../store/reviews/reviews';
import { addHeldMessages } from './routing';
import type { Store } from '../store/store';

/** What one pass over a merge came to. */
export interface Advanced {
  /** `more`: go on at once; `waits`: something else must end first; the sweep comes back. */
  state: 'finished' | 'more' | 'waits';
  /** A parked link that has something waiting now. */
  parkedLinkId: string | null;
}

/** So many messages of a chat go over in one pass. */
const messagesAtOnce = 200;

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
  if (loser && !loser.mergedInto) {
    await settleClaim(store, loser._id);
    return nothing;
  }
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

/**
 * Who holds the number that a person claims: whoever had it just after the claim began and has left it since, else whoever
 * has it now.
 */
async function findHolder(
  store: Store,
  portalId: string,
  { key, since }: NumberClaim,
): Promise<PersonDoc | null> {
  const left = await store.people.listFormerHolders(portalId, key);
  const later = left.find(({ former }) => former.endedAt > since);
  return later?.person ?? store.people.findByAlias(portalId, key);
}

/**
 * Goes on with a person's claim to a number: nobody has it: it is theirs; somebody has it: both are one, or a conflict that
 * a person must look at. Safe to repeat.
 */
export async function settleClaim(store: Store, personId: string): Promise<void> {
  const claimant = await store.people.loadAsStored(personId);
  const claim = claimant?.claim;
  if (!claimant || !claim || claimant.mergedInto) return;
  const holder = await findHolder(store, claimant.portalId, claim);
  if (!holder) {
    if (!(await store.people.takeClaimed(claimant, claim))) return;
  } else if (holder._id !== personId) {
    const obstacle = await findClaimObstacle(store, { holder, claimant, claim });
    if (obstacle === null) return merge(store, holder, claimant);
    await openConflict(store, holder, claimant, obstacle);
  } else await store.people.dropClaim(personId);
  await store.people.finishMerge(personId);
}

/**
 * The person whom an identity named at a time (WhatsApp's); the pairs it makes known merge people or show a conflict. A
 * number changes hands by WhatsApp's notice only, and what was said before still is of who had it then.
 */
export async function resolvePerson(
  store: Store,
  portalId: string,
  told: Identity,
  source: string,
  at: Date = new Date(),
): Promise<PersonDoc> {
  const startedAt = new Date();
  const identity = await store.people.identityAt(portalId, told, at);
  const person = await store.people.findOrCreate(portalId, identity, source);
  // A notice that was carried out meanwhile may have left the number to nobody: then who is new here is somebody known.
  if (person.createdAt >= startedAt) {
    const now = await store.people.identityAt(portalId, told, at);
    if (now.aliases[0]?.key !== identity.aliases[0]?.key)
      return resolvePerson(store, portalId, told, source, at);
  }
  for (const rival of await store.people.findRivals(identity, person)) {
    // Read anew: the phone may have been learnt just now.
    const now = await store.people.load(person._id);
    if (now && now._id !== rival._id) await mergePeople(store, now, rival);
  }
  return person;
}

/** Whether a conflict has gone away: a person unlinked one of two, or gave both the same contact. Then they merge. */
export async function reviewConflict(store: Store, review: ReviewDoc): Promise<void> {
  const [person, other] = await Promise.all([
    store.people.load(review.personId),
    store.people.load(review.otherPersonId ?? ''),
  ]);
  const areTwo = person && other && person._id !== other._id;
  const claimant = areTwo && [person, other].find(({ claim }) => claim);
  if (claimant) {
    // The number may be free by now: then nobody merges, and there is nothing left to ask.
    await settleClaim(store, claimant._id);
    const now = await store.people.loadAsStored(claimant._id);
    if (now?.claim && !now.mergedInto) return;
  } else if (areTwo && (await findObstacle(store, person, other)) !== null) return;
  else if (areTwo) await merge(store, person, other);
  await store.reviews.close(review.portalId, review.personId, 'identity');
}
