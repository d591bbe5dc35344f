import { log } from '@temporalio/activity';
import { Bitrix24Error } from '../../bitrix24/errors';
import type { Portal } from '../../bitrix24/portal';
import { toCountry } from '../../linking/look-up';
import type { ContactCard } from '../../domain/contact-match';
import { listOddNumbers, type CountryCode } from '../../domain/phone';
import type { OddScan, PortalDoc } from '../../store/portals/portal-schema';
import type { ActivityDeps } from '../deps';
import { portionsOf } from '../../linking/portions';

/** The share of all contacts that one sweep may read. */
const scanForMs = 20_000;
const portionsPerSweep = 4;

function toRows(cards: readonly ContactCard[], country: CountryCode | null) {
  return cards.flatMap(({ crmContactId, phones }) =>
    phones.flatMap((value) => listOddNumbers(value, country)).map(({ e164 }) => ({ crmContactId, e164 })),
  );
}

/** Remembers which of these cards, as they are now, hold a number that Bitrix24 does not find; returns those cards. */
export async function noteOddNumbers(
  { store }: ActivityDeps,
  portalId: string,
  cards: readonly ContactCard[],
  country: CountryCode | null,
): Promise<ContactCard[]> {
  const odd: ContactCard[] = [];
  for await (const some of portionsOf(cards)) {
    const rows = toRows(some, country);
    const ids = some.map(({ crmContactId }) => crmContactId);
    await store.oddNumbers.replace(portalId, ids, rows);
    odd.push(...some.filter((card) => rows.some(({ crmContactId }) => crmContactId === card.crmContactId)));
  }
  return odd;
}

/** Reads the next portion; the cursor moves last, so that a crash reads it again. */
async function scanOnce(
  deps: ActivityDeps,
  portal: Portal,
  scan: OddScan | null,
  country: string | null,
): Promise<{ scan: OddScan; odd: ContactCard[] }> {
  const { portalId } = portal;
  const { cards, next } = await portal.contacts.scanContacts(scan, { lane: 'history' });
  const odd = await noteOddNumbers(deps, portalId, cards, toCountry(country));
  const done = { afterId: 0, lastId: 0, width: 0 };
  const moved = { ...(next ?? done), country, isDone: next === null };
  await deps.store.portals.saveOddScan(portalId, moved);
  return { scan: moved, odd };
}

/**
 * Reads all contacts once, a few thousand a sweep and behind live messages, and again when the portal's country changes, by
 * which national numbers are read. Returns the cards of this sweep that hold an odd number. Trouble of the
 * portal ends this sweep's share only.
 */
export async function scanForOddNumbers(
  deps: ActivityDeps,
  portalDoc: PortalDoc,
  portal: Portal,
): Promise<ContactCard[]> {
  const { defaultCountry: country } = portalDoc;
  const untilMs = Date.now() + scanForMs;
  const odd: ContactCard[] = [];
  let scan = portalDoc.oddScan?.country === country ? portalDoc.oddScan : null;
  try {
    for (let portions = 0; portions < portionsPerSweep && Date.now() < untilMs; portions += 1) {
      if (scan?.isDone) break;
      const read = await scanOnce(deps, portal, scan, country);
      scan = read.scan;
      odd.push(...read.odd);
    }
  } catch (error) {
    if (!(error instanceof Bitrix24Error)) throw error;
    log.info('Reading all contacts goes on with the next sweep', {
      portalId: portal.portalId,
      code: error.code,
    });
  }
  return odd;
}
