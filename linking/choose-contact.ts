import type { Who } from '../domain/access';
import type { Decision, LinkEventName } from '../domain/link';
import type { LinkDoc } from '../store/links/link-schema';
import type { OperationDoc } from '../store/operations';
import type { ReviewDoc } from '../store/reviews/reviews';
import type { Store } from '../store/store';
import { byPerson } from './decisions';

/** A change saved on a link: its workflow is to be told `changeContact`, then `resume`. */
export interface SavedChange {
  link: LinkDoc;
  operation: OperationDoc;
}

/**
 * The outcome of a person's choice of a contact. `request`: nobody is linked yet, so the choice is a request to link.
 * `changed`: saved on the links named, to be carried out. `kept`: the linked contact is the right one; `resumed` names
 * a link whose workflow is to be told `resume`. `busy`: another change is under way. `apart`: two people with
 * different numbers, whom no choice makes one; such a conflict can only be ignored.
 */
export type Choice =
  | { kind: 'request' }
  | { kind: 'changed'; changes: SavedChange[] }
  | { kind: 'kept'; resumed: LinkDoc | null }
  | { kind: 'busy' }
  | { kind: 'apart' };

/** Another contact for a link, and why it is the right one. Without `who`: nobody chose it. */
interface ContactChange {
  crmContactId: number;
  decision: Decision;
  why: LinkEventName;
  who?: Who | undefined;
}

/** Saves another contact on a linked link; null when another change is under way. What was posted stays. */
export async function saveContactChange(
  { links, operations }: Store,
  link: LinkDoc,
  { crmContactId, decision, why, who }: ContactChange,
): Promise<SavedChange | null> {
  const { portalId, _id: linkId } = link;
  const wish = { crmContactId, entries: 'keep', remember: false } as const;
  const operation = await operations.begin({ portalId, linkId, kind: 'changeContact', wish, who });
  const changed = await links.requestChange(linkId, {
    ...{ kind: 'changeContact', ...wish, operationId: operation._id, decision, why, who },
  });
  if (changed) return { link: changed, operation };
  await operations.finish(operation._id, 'failed', 'Another change came first.');
  return null;
}

/** A link in doubt goes on with its contact; one that another caller took out of its doubt has it already. */
export async function keepContact(store: Store, link: LinkDoc, who: Who): Promise<Choice> {
  const isKept = await store.links.keepContact(link, byPerson(who));
  const now = isKept ? link : await store.links.load(link._id);
  if (!isKept && (now?.change !== null || now.doubt !== null)) return { kind: 'busy' };
  await store.reviews.close(link.portalId, link.personId, { who });
  return { kind: 'kept', resumed: isKept && link.doubt?.held ? link : null };
}

/** The change to this contact that is under way on a link, so that who asks for it again is answered with it. */
export async function findChangeTo(
  { operations }: Store,
  link: LinkDoc,
  crmContactId: number,
): Promise<SavedChange | null> {
  const { change } = link;
  if (change?.kind !== 'changeContact' || change.crmContactId !== crmContactId) return null;
  const operation = await operations.load(change.operationId);
  return operation && { link, operation };
}

/** A contact, and who chose it. */
interface Chosen {
  crmContactId: number;
  who: Who;
}

/** Saves the chosen contact on these links; busy when another change came first on all of them. */
async function giveContact(
  store: Store,
  links: readonly LinkDoc[],
  { crmContactId, who }: Chosen,
): Promise<Choice> {
  const change = { crmContactId, decision: byPerson(who), why: 'contact chosen by a person', who } as const;
  const changes: SavedChange[] = [];
  for (const link of links) {
    const saved =
      (await findChangeTo(store, link, crmContactId)) ?? (await saveContactChange(store, link, change));
    if (saved) changes.push(saved);
  }
  return links.length > 0 && changes.length === 0 ? { kind: 'busy' } : { kind: 'changed', changes };
}

async function chooseForLink(store: Store, link: LinkDoc, chosen: Chosen): Promise<Choice> {
  const { who } = chosen;
  if (link.crmContactId === chosen.crmContactId) return keepContact(store, link, who);
  const choice = await giveContact(store, [link], chosen);
  if (choice.kind === 'changed') await store.reviews.close(link.portalId, link.personId, { who });
  return choice;
}

/** Both links get the contact; when they have it, the sweep merges the people and closes the review. */
async function chooseForConflict(store: Store, review: ReviewDoc, chosen: Chosen): Promise<Choice> {
  const people = [review.personId, review.otherPersonId ?? ''];
  const links = await store.links.listByPeople(review.portalId, people);
  const linked = links.filter(({ state }) => state === 'linked');
  if (linked.length < 2) return { kind: 'apart' };
  const others = linked.filter((one) => one.crmContactId !== chosen.crmContactId);
  return giveContact(store, others, chosen);
}

/** A person answers a review with a contact. Creating and ignoring go as before. */
export async function chooseContact(store: Store, review: ReviewDoc, chosen: Chosen): Promise<Choice> {
  if (review.subject === 'identity') return chooseForConflict(store, review, chosen);
  const link = await store.links.findByPerson(review.portalId, review.personId);
  return link?.state === 'linked' ? chooseForLink(store, link, chosen) : { kind: 'request' };
}
