import type { LinkDoc } from './link-schema';
import type { PersonDoc } from './people';
import type { CreateMissing } from './portals';
import type { Store } from './store';

/** A person with their link, if any. */
export interface Newcomer {
  person: PersonDoc;
  link: LinkDoc | null;
}

/** Whether a link is in nobody's hands: none, or one that rests, and nobody said not to link again. */
const isFree = (link: LinkDoc | null): boolean =>
  link === null || (link.state === 'unlinked' && !link.doNotLinkAgain);

/** Whether a person ended the link: it is never made again by itself, unless the number gets another owner. */
export const isEnded = (link: LinkDoc | null): link is LinkDoc =>
  link !== null && link.state === 'unlinked' && link.reviewId === null;

/** Of these people, those who may be linked by themselves: no active link, no "do not link again", not ignored. */
export async function listNewcomers(
  { links, reviews }: Store,
  portalId: string,
  people: readonly PersonDoc[],
): Promise<Newcomer[]> {
  const ids = people.map(({ _id }) => _id);
  const [ofPeople, asked] = await Promise.all([
    links.listByPeople(portalId, ids),
    reviews.listOfPeople(portalId, ids, 'contact'),
  ]);
  const byPerson = new Map(ofPeople.map((link) => [link.personId, link]));
  const ignored = new Set(asked.filter(({ state }) => state === 'ignored').map(({ personId }) => personId));
  return people
    .map((person) => ({ person, link: byPerson.get(person._id) ?? null }))
    .filter(({ person, link }) => isFree(link) && !ignored.has(person._id));
}

/** Whether the oldest message known of a person's direct chats is theirs. */
async function didWriteFirst({ chats, messages }: Store, { portalId, _id }: PersonDoc): Promise<boolean> {
  const direct = await chats.listDirect(portalId, _id);
  const first = await messages.findOldest(direct.map((chat) => chat._id));
  return first !== null && !first.fromMe;
}

/** Whether a contact is to be made for somebody whose number no contact has. */
export async function isToBeCreated(
  store: Store,
  policy: CreateMissing,
  person: PersonDoc,
): Promise<boolean> {
  if (policy === 'whenTheyWriteFirst') return didWriteFirst(store, person);
  return policy === 'always';
}
