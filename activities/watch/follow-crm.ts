import { log } from '@temporalio/activity';
import type { Portal } from '../../bitrix24/portal';
import { toCountry } from '../../linking/look-up';
import { isFree } from '../../linking/newcomers';
import type { ContactCard } from '../../domain/contact-match';
import { toPhoneAlias } from '../../domain/identity';
import { formsOf, listReadings, type CountryCode } from '../../domain/phone';
import type { PortalDoc, WatchCursor } from '../../store/portals/portal-schema';
import type { ActivityDeps } from '../deps';
import { portionsOf } from '../../linking/portions';
import { tellManysTrouble } from './doubts';
import { checkUnseen, listToSee, takeCards } from './linked-cards';
import { noteOddNumbers, scanForOddNumbers } from './scan-odd-numbers';
import { askForWatch } from '../attention';

/** The finds of one sweep: counts only. `more`: further changes are known to wait. */
export interface Followed {
  changed: number;
  doubts: number;
  more: boolean;
}

/** How far back the first look at a portal's changes begins. */
const firstLookMs = 10 * 60_000;

async function beginning(portal: Portal): Promise<WatchCursor> {
  const nowMs = Date.now() + (await portal.fetchClockOffset());
  const updatedTime = `${new Date(nowMs - firstLookMs).toISOString().slice(0, 19)}+00:00`;
  return { updatedTime, afterId: 0 };
}

/** The aliases under which the owners of these cards' numbers may be known. */
async function toAliasKeys(cards: readonly ContactCard[], country: CountryCode | null): Promise<string[]> {
  const numbers = new Set<string>();
  for await (const some of portionsOf(cards)) {
    const readings = some.flatMap(({ phones }) => phones).flatMap((value) => listReadings(value, country));
    for (const { e164 } of readings) for (const form of formsOf(e164)) numbers.add(form);
  }
  return [...numbers].map((e164) => toPhoneAlias(e164).key);
}

/** People who wait and have a number of these cards, newcomers or in doubt, are looked up with this very sweep. */
async function callForLookUps(
  { store: { people, links } }: ActivityDeps,
  { _id: portalId, defaultCountry }: PortalDoc,
  cards: readonly ContactCard[],
): Promise<void> {
  const keys = await toAliasKeys(cards, toCountry(defaultCountry));
  if (keys.length === 0) return;
  const owners = await people.listByAliases(portalId, keys);
  const linked = await links.listByPeople(
    portalId,
    owners.map(({ _id }) => _id),
  );
  const linkOf = new Map(linked.map((link) => [link.personId, link]));
  const waiting = owners.filter(({ _id, lookup }) => {
    const link = linkOf.get(_id) ?? null;
    return isFree(link) && (link ?? lookup) !== null;
  });
  const now = new Date();
  const waitingIds = waiting.map(({ _id }) => _id);
  await people.lookUpSoon(waitingIds, now);
  const inDoubt = linked.filter((link) => link.doubt).map(({ _id }) => _id);
  await links.doubtSoon(inDoubt, now);
  const refused = linked.filter(({ creation }) => creation?.refusal).map(({ personId }) => personId);
  if (refused.length > 0) await links.retryRefused(portalId, now, refused);
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
  await noteOddNumbers(deps, portalDoc._id, cards, country);
  await callForLookUps(deps, portalDoc, cards);
  return doubts;
}

/**
 * Asks what changed in the CRM since the cursor and looks after linked contacts not seen for hours, in one request when
 * nothing changed and all contacts were read once. The cursor moves when the changes are taken: after a crash
 * before it the same ones are taken again, to no effect.
 */
export async function followCrm(deps: ActivityDeps, portalId: string): Promise<Followed> {
  const { store } = deps;
  const portalDoc = await store.portals.loadConnected(portalId);
  if (!portalDoc) return { changed: 0, doubts: 0, more: false };
  const portal = await deps.portalOf(portalId);
  const toSee = await listToSee(deps, portalId);
  const [changes, unseen] = await askForWatch(deps, portalDoc, async () => {
    const cursor = portalDoc.watchCursor ?? (await beginning(portal));
    return Promise.all([
      portal.contacts.listUpdatedSince(cursor),
      checkUnseen(deps, portal, toCountry(portalDoc.defaultCountry), toSee),
      portal.learnPlan(),
    ]);
  });
  const changed = await takeChanged(deps, portalDoc, changes.cards);
  await tellManysTrouble(deps, portalDoc);
  await store.portals.moveWatchCursor(portalId, changes.cursor);
  // Contacts that nobody changed may hold numbers in odd forms, too.
  if (!changes.hasMore)
    await callForLookUps(deps, portalDoc, await scanForOddNumbers(deps, portalDoc, portal));
  const doubts = unseen + changed;
  if (doubts > 0) log.info('The CRM put links in doubt', { portalId, doubts });
  return { changed: changes.cards.length, doubts, more: changes.hasMore };
}
