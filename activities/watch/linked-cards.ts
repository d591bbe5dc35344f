import type { Portal } from '../../bitrix24/portal';
import { matchContact, type ContactCard } from '../../domain/contact-match';
import { phoneOf } from '../../domain/identity';
import type { CountryCode } from '../../domain/phone';
import type { LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import { toAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { portionsOf } from '../../linking/portions';
import { trouble } from '../failures';
import { contactsAtOnce, doubt, doubtGone } from './doubts';

/** Bitrix24 lists no deletions: every linked contact is looked for this often, so many a sweep. */
const unseenAfterMs = 3 * 3_600_000;
const goneAtOnce = 500;

/** A person's number, and those they had before: the CRM learns of a change later than WhatsApp, or never. */
const numbersOf = ({ aliases, former }: PersonDoc): string[] =>
  [aliases, ...(former ?? []).map((one) => [one])].flatMap((some) => phoneOf(some) ?? []);

/** Linked links whose card, as it is now, has no number of the person. A contact that a person chose needs none. */
async function listUncovered(
  { store }: ActivityDeps,
  links: readonly LinkDoc[],
  cards: ReadonlyMap<number, ContactCard>,
  country: CountryCode | null,
): Promise<LinkDoc[]> {
  const people = await store.people.loadMany(links.map(({ personId }) => personId));
  const numbers = new Map(people.map((person) => [person._id, numbersOf(person)]));
  const isUncovered = ({ personId, crmContactId, decision }: LinkDoc): boolean => {
    const known = numbers.get(personId) ?? [];
    const card = crmContactId === null ? undefined : cards.get(crmContactId);
    if (known.length === 0 || !card || decision?.by === 'person') return false;
    return known.every((e164) => matchContact(e164, [card], country).kind !== 'matched');
  };
  const uncovered: LinkDoc[] = [];
  for await (const some of portionsOf(links)) uncovered.push(...some.filter(isUncovered));
  return uncovered;
}

const isOfContact = (code?: string): boolean => code === 'contact_unreadable' || code === 'contact_gone';

/** Cards that were read just now: their links are seen, or in doubt because the number is gone. Counts the doubts. */
export async function takeCards(
  deps: ActivityDeps,
  links: readonly LinkDoc[],
  cards: readonly ContactCard[],
  country: CountryCode | null,
): Promise<number> {
  const byId = new Map(cards.map((card) => [card.crmContactId, card]));
  const read = links.filter(({ crmContactId }) => crmContactId !== null && byId.has(crmContactId));
  const certain = read.filter((link) => !link.doubt);
  const uncovered = await listUncovered(deps, certain, byId, country);
  const inDoubt = new Set(uncovered);
  const seen = certain.filter((link) => !inDoubt.has(link));
  await deps.store.links.markSeen(
    seen.map(({ _id }) => _id),
    new Date(),
  );
  const shown = seen.filter(({ attention }) => isOfContact(attention?.code));
  for (const { _id } of shown) await deps.store.links.setAttention(_id, null);
  return doubt(deps, uncovered, 'number_gone');
}

/** Linked contacts that nobody can see: their links stay as they are, and say so. */
async function keepUnreadable({ store: { links } }: ActivityDeps, unreadable: readonly LinkDoc[]) {
  for (const { _id } of unreadable) await links.setAttention(_id, toAttention(trouble('contact_unreadable')));
  await links.markSeen(
    unreadable.map(({ _id }) => _id),
    new Date(),
  );
}

/** Links whose contact was not seen for hours, and those whose contact a round found gone. */
export async function listToSee({ store: { links } }: ActivityDeps, portalId: string): Promise<LinkDoc[]> {
  const before = new Date(Date.now() - unseenAfterMs);
  const told = await links.listContactGone(portalId, goneAtOnce);
  const isTold = new Set(told.map(({ _id }) => _id));
  const unseen = await links.listUnseen(portalId, before, contactsAtOnce);
  return [...unseen.filter(({ _id }) => !isTold.has(_id)), ...told];
}

/**
 * Looks for the contacts of these links: only what does not exist any more is gone, not what the webhook's user may not see, nor what is there
 * after all. Asks at once, so that it shares a request with what is asked beside it. Counts the doubts.
 */
export async function checkUnseen(
  deps: ActivityDeps,
  portal: Portal,
  country: CountryCode | null,
  asked: readonly LinkDoc[],
): Promise<number> {
  const ids = [...new Set(asked.flatMap(({ crmContactId }) => crmContactId ?? []))];
  if (ids.length === 0) return 0;
  const { cards, unreadable } = await portal.contacts.readCards(ids);
  const there = new Set(cards.map(({ crmContactId }) => crmContactId));
  const isHidden = ({ crmContactId }: LinkDoc) => crmContactId !== null && unreadable.includes(crmContactId);
  const isGone = ({ crmContactId }: LinkDoc) => crmContactId === null || !there.has(crmContactId);
  await keepUnreadable(deps, asked.filter(isHidden));
  const gone = asked.filter((link) => isGone(link) && !isHidden(link));
  return (await doubtGone(deps, portal.portalId, gone)) + (await takeCards(deps, asked, cards, country));
}
