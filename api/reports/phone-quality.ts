import { assessNext } from '../../linking/assess-contacts';
import { toCountry } from '../../linking/look-up';
import { joinAssessed, type AssessedContact, type PhoneQuality } from '../../linking/phone-quality';
import { portionsOf } from '../../linking/portions';
import type { Store } from '../../store/store';
import { openPortal } from '../choose-portal';
import { readPart } from './read-part';
import type { Report } from './report';

type Counts = Pick<PhoneQuality, 'contacts' | 'withoutPhone' | 'values'>;

const contactsPart = 'contacts';
const countsPart = 'counts';
const findings = ['unmatchable', 'shared'] as const;
const itemsAtOnce = 200;

/** Writes a list of the result as pages: the process has its turn for other work between them. */
async function savePart(
  store: Store,
  page: { operationId: string; portalId: string; part: string },
  items: object[],
): Promise<void> {
  let place = 0;
  for await (const some of portionsOf(items, itemsAtOnce)) {
    await store.reports.save({ ...page, place, items: some });
    place += 1;
  }
}

/** How well the numbers of all contacts can be matched: a page of contacts at a time. */
export const phoneQuality: Report = {
  part: contactsPart,
  async next(context, { portalId }, after) {
    const { portal, contacts } = await openPortal(context, portalId);
    const page = await assessNext(contacts, after, toCountry(portal.defaultCountry));
    return { items: page.contacts, looked: page.contacts.length, after: page.after };
  },
  async join({ store }, { _id: operationId, portalId }) {
    const { unmatchable, shared, ...counts } = joinAssessed(
      await readPart<AssessedContact>(store, operationId, contactsPart),
    );
    const page = { operationId, portalId };
    await savePart(store, { ...page, part: 'unmatchable' }, unmatchable);
    await savePart(store, { ...page, part: 'shared' }, shared);
    await savePart(store, { ...page, part: countsPart }, [counts]);
    await store.reports.remove(operationId, contactsPart);
  },
};

/** The result, or null when it is not kept any more. */
export async function loadPhoneQuality(store: Store, operationId: string): Promise<PhoneQuality | null> {
  const [counts] = await readPart<Counts>(store, operationId, countsPart);
  if (!counts) return null;
  const [unmatchable, shared] = await Promise.all(
    findings.map((part) => readPart<never>(store, operationId, part)),
  );
  return { ...counts, unmatchable: unmatchable ?? [], shared: shared ?? [] };
}
