import type { Portal } from '../../bitrix24/portal';
import { matchContact, type ContactCard } from '../../domain/contact-match';
import { phoneOf } from '../../domain/identity';
import type { CountryCode } from '../../domain/phone';
import type { Doubt, LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import type { ActivityDeps } from '../deps';
import { portionsOf } from '../../linking/portions';

/** Bitrix24 lists no deletions: every linked contact is looked for this often, so many a sweep. */
const unseenAfterMs = 3 * 3_600_000;
const contactsAtOnce = 2_000;

/** Holds these links until their number is looked up again; counts those that were not held. */
export async function doubt({ store }: ActivityDeps, links: readonly LinkDoc[], code: Doubt['code']) {
  let doubts = 0;
  for (const link of links) if (await store.links.putInDoubt(link, code, new Date())) doubts += 1;
  return doubts;
}

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
  return doubt(deps, uncovered, 'number_gone');
}

/** Contacts not seen for hours: those that cannot be read any more are gone. Idle until their turn comes. */
export async function checkUnseen(
  deps: ActivityDeps,
  portal: Portal,
  country: CountryCode | null,
): Promise<number> {
  const before = new Date(Date.now() - unseenAfterMs);
  const links = await deps.store.links.listUnseen(portal.portalId, before, contactsAtOnce);
  const ids = [...new Set(links.flatMap(({ crmContactId }) => crmContactId ?? []))];
  if (ids.length === 0) return 0;
  const cards = await portal.contacts.fetchCards(ids);
  const there = new Set(cards.map(({ crmContactId }) => crmContactId));
  const gone = links.filter(({ crmContactId }) => crmContactId === null || !there.has(crmContactId));
  return (await doubt(deps, gone, 'contact_gone')) + (await takeCards(deps, links, cards, country));
}
