import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';
import { moveChat } from './chat-merge';
import { contactsDiffer, isActive, isOneContact, loadLinks, openConflict } from './conflicts';
import { addHeldMessages } from '../held-messages';
import { findParked } from '../routing';

/** The outcome of one pass over a merge. */
export interface Advanced {
  /** `more`: go on at once; `waits`: something else must end first; the sweep comes back. */
  state: 'finished' | 'more' | 'waits';
  /** A parked link that has something waiting now. */
  parkedLinkId: string | null;
}

/** So many messages of a chat move in one pass. */
const messagesAtOnce = 200;

/** Ends the loser's link to the contact that the survivor is linked with too; its entries stay. */
async function endLink(store: Store, link: LinkDoc): Promise<void> {
  if (link.state !== 'linked' || link.change !== null) return;
  const { portalId, _id: linkId, personId } = link;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'unlink' });
  const change: LinkChange = {
    ...{ kind: 'unlink', crmContactId: null, entries: 'keep', remember: false },
    operationId: operation._id,
    why: 'merged with another name of this person',
  };
  // Given to the survivor meanwhile, since the other one ended by itself, it is the only one.
  const changed = await store.links.requestChange(linkId, change, { personId });
  if (!changed) await store.operations.finish(operation._id, 'failed', 'Another change came first.');
}

/**
 * One person, one link: the active one, with its history; an ended one stays with the merged person. Two active links of
 * one contact: the loser's ends first. Each pass looks at what is there, so that any crash is gone on from.
 */
async function mergeLinks(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<boolean> {
  const { portalId } = survivor;
  const place = `merged/${loser._id}`;
  for (let pass = 0; pass < 5; pass += 1) {
    const [own, other] = await loadLinks(store, survivor, loser);
    const aside = await store.links.findByPerson(portalId, place);
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

/** Messages that the loser's chats held become rows of the survivor's link, or a reason to look for a contact. */
async function takeHeld(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<string | null> {
  const link = await store.links.findByPerson(survivor.portalId, survivor._id);
  if (link?.state !== 'linked') {
    if (!link && loser.lookup) await store.people.lookUpSoon([survivor._id], new Date());
    return null;
  }
  return (await addHeldMessages(store, link)) === 0 ? null : findParked(store, link._id);
}

/**
 * One pass over a merge that was begun: link, chats, groups, names, then what waited. Every step finds what an earlier pass did, so
 * a crash between any two is repaired by the next pass.
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
  await store.members.giveTo(loserId, survivor._id);
  await store.people.absorb(survivor._id, loser);
  const parkedLinkId = await takeHeld(store, survivor, loser);
  await store.people.finishMerge(loserId);
  return { state: 'finished', parkedLinkId };
}

/** Merges `loser` into `survivor`, for ever. The sweep moves what does not fit into the first pass. */
export async function mergeInto(store: Store, survivor: PersonDoc, loser: PersonDoc): Promise<void> {
  await store.people.markMerged(loser._id, survivor._id);
  await advanceMerge(store, loser._id);
}
