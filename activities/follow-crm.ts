import { log } from '@temporalio/activity';
import type { Portal } from '../bitrix24/portal';
import { toCountry } from '../domain/contact-lookup';
import { matchContact, type ContactCard } from '../domain/contact-match';
import { phoneOf, toPhoneAlias } from '../domain/identity';
import { listAliases, listReadings, type CountryCode } from '../domain/phone';
import type { Doubt, LinkDoc } from '../store/link-schema';
import type { PortalDoc, WatchCursor } from '../store/portals';
import type { ActivityDeps } from './deps';

/** What following the CRM found: counts only. `more`: further changes are known to wait. */
export interface Followed {
  changed: number;
  doubts: number;
  more: boolean;
}

/** Deletions are told by nobody: every linked contact is looked for this often, so many a sweep. */
const unseenAfterMs = 3 * 3_600_000;
const contactsAtOnce = 2_000;
const goneAtOnce = 500;
/** How far back the first look at a portal's changes begins. */
const firstLookMs = 10 * 60_000;

async function beginning(portal: Portal): Promise<WatchCursor> {
  const nowMs = Date.now() + (await portal.fetchClockOffset());
  const updatedTime = `${new Date(nowMs - firstLookMs).toISOString().slice(0, 19)}+00:00`;
  return { updatedTime, afterId: 0 };
}

async function doubt({ store }: ActivityDeps, links: readonly LinkDoc[], code: Doubt['code']) {
  let doubts = 0;
  for (const link of links) if (await store.links.putInDoubt(link, code, new Date())) doubts += 1;
  return doubts;
}

/** Linked links whose card, as it is now, no longer has the person's number. What a person chose needs no number. */
async function listUncovered(
  { store }: ActivityDeps,
  links: readonly LinkDoc[],
  cards: ReadonlyMap<number, ContactCard>,
  country: CountryCode | null,
): Promise<LinkDoc[]> {
  const people = await store.people.loadMany(links.map(({ personId }) => personId));
  const numbers = new Map(people.map(({ _id, aliases }) => [_id, phoneOf(aliases)]));
  return links.filter(({ personId, crmContactId, decision }) => {
    const e164 = numbers.get(personId);
    const card = crmContactId === null ? undefined : cards.get(crmContactId);
    if (!e164 || !card || decision?.by === 'person') return false;
    return matchContact(e164, [card], country).kind !== 'matched';
  });
}

/** Cards that were read just now: their links are seen, or in doubt because the number is gone. Counts the doubts. */
async function takeCards(
  deps: ActivityDeps,
  links: readonly LinkDoc[],
  cards: readonly ContactCard[],
  country: CountryCode | null,
): Promise<number> {
  const byId = new Map(cards.map((card) => [card.crmContactId, card]));
  const read = links.filter(({ crmContactId }) => crmContactId !== null && byId.has(crmContactId));
  const certain = read.filter((link) => !link.doubt);
  const uncovered = await listUncovered(deps, certain, byId, country);
  const seen = certain.filter((link) => !uncovered.includes(link));
  await deps.store.links.markSeen(
    seen.map(({ _id }) => _id),
    new Date(),
  );
  return doubt(deps, uncovered, 'number_gone');
}

/** Contacts not seen for hours: those that cannot be read any more are gone. Idle until their turn comes. */
async function checkUnseen(deps: ActivityDeps, portal: Portal, country: CountryCode | null): Promise<number> {
  const before = new Date(Date.now() - unseenAfterMs);
  const links = await deps.store.links.listUnseen(portal.portalId, before, contactsAtOnce);
  const ids = [...new Set(links.flatMap(({ crmContactId }) => crmContactId ?? []))];
  if (ids.length === 0) return 0;
  const cards = await portal.contacts.fetchCards(ids);
  const there = new Set(cards.map(({ crmContactId }) => crmContactId));
  const gone = links.filter(({ crmContactId }) => crmContactId === null || !there.has(crmContactId));
  return (await doubt(deps, gone, 'contact_gone')) + (await takeCards(deps, links, cards, country));
}

/** Every alias under which somebody may be known who has one of these cards' numbers. */
function toAliasKeys(cards: readonly ContactCard[], country: CountryCode | null): string[] {
  const numbers = cards
    .flatMap(({ phones }) => phones)
    .flatMap((value) => listReadings(value, country))
    .flatMap(({ e164 }) => [e164, ...listAliases(e164).map((alias) => alias.e164)]);
  return [...new Set(numbers)].map((e164) => toPhoneAlias(e164).key);
}

/** Whoever has a number of these cards and waits, newcomer or link in doubt, is looked up with this very sweep. */
async function callForLookUps(
  { store }: ActivityDeps,
  portalId: string,
  cards: readonly ContactCard[],
  country: CountryCode | null,
): Promise<void> {
  const keys = toAliasKeys(cards, country);
  const people = keys.length === 0 ? [] : await store.people.listByAliases(portalId, keys);
  const links = await store.links.listByPeople(
    portalId,
    people.map(({ _id }) => _id),
  );
  const byPerson = new Map(links.map((link) => [link.personId, link]));
  const waiting = people.filter(({ _id, lookup }) => {
    const link = byPerson.get(_id);
    return link ? link.state === 'unlinked' && !link.doNotLinkAgain : lookup !== null;
  });
  const now = new Date();
  await store.people.lookUpSoon(
    waiting.map(({ _id }) => _id),
    now,
  );
  const inDoubt = links.filter((link) => link.doubt).map(({ _id }) => _id);
  await store.links.doubtSoon(inDoubt, now);
}

async function takeChanged(
  deps: ActivityDeps,
  portalDoc: PortalDoc,
  cards: readonly ContactCard[],
): Promise<number> {
  if (cards.length === 0) return 0;
  const country = toCountry(portalDoc.defaultCountry);
  const ids = cards.map(({ crmContactId }) => crmContactId);
  const links = await deps.store.links.listByContacts(portalDoc._id, ids);
  const doubts = await takeCards(deps, links, cards, country);
  await callForLookUps(deps, portalDoc._id, cards, country);
  return doubts;
}

/**
 * Asks what changed in the CRM since the cursor and looks after linked contacts not seen for hours, in one request when
 * nothing changed. The cursor moves last: a crash before it tells the same changes again, which changes nothing.
 */
export async function followCrm(deps: ActivityDeps, portalId: string): Promise<Followed> {
  const { store } = deps;
  const portalDoc = await store.portals.load(portalId);
  if (!portalDoc) return { changed: 0, doubts: 0, more: false };
  const portal = await deps.portalOf(portalId);
  const cursor = portalDoc.watchCursor ?? (await beginning(portal));
  const [changes, unseen] = await Promise.all([
    portal.contacts.listUpdatedSince(cursor),
    checkUnseen(deps, portal, toCountry(portalDoc.defaultCountry)),
  ]);
  const changed = await takeChanged(deps, portalDoc, changes.cards);
  const told = await doubt(deps, await store.links.listContactGone(portalId, goneAtOnce), 'contact_gone');
  await store.portals.moveWatchCursor(portalId, changes.cursor);
  const doubts = unseen + changed + told;
  if (doubts > 0) log.info('The CRM put links in doubt', { portalId, doubts });
  return { changed: changes.cards.length, doubts, more: changes.hasMore };
}
