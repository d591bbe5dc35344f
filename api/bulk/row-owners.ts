import type { ContactDirectory } from '../../linking/contact-directory';
import { decide } from '../../linking/decide';
import { toPhoneAlias } from '../../domain/identity';
import type { LinkRowDoc, LinkRowOutcome, LinkRowResult } from '../../store/links/link-rows';
import type { PortalDoc } from '../../store/portals/portal-schema';
import { openReviews, type ReviewToOpen } from '../../store/reviews/open-reviews';
import type { Store } from '../../store/store';

/** What became of a row. */
export type Judged = LinkRowResult & { outcome: LinkRowOutcome };

export const judge = (
  { _id }: LinkRowDoc,
  outcome: LinkRowOutcome,
  linkId: string | null = null,
): Judged => ({
  ...{ _id, outcome, code: null, linkId },
});
export const refuse = ({ _id }: LinkRowDoc, code: string): Judged => ({
  ...{ _id, outcome: 'refused', code, linkId: null },
});
export const refuseFor = (row: LinkRowDoc, code: string | null): Judged[] =>
  code === null ? [] : [refuse(row, code)];

/** A row with the person whose number it has, and then with a contact. */
export interface Sought {
  row: LinkRowDoc;
  personId: string;
  e164: string;
}
export type Chosen = Sought & { crmContactId: number };

export const isJudged = <Other extends object>(one: Other | Judged): one is Judged => 'outcome' in one;

/** Why a chosen contact cannot be linked. Asked for all rows at once, behind what is live. */
export async function findMissing(
  crm: ContactDirectory,
  rows: readonly LinkRowDoc[],
): Promise<(row: LinkRowDoc) => string | null> {
  const ids = [...new Set(rows.flatMap(({ crmContactId }) => crmContactId ?? []))];
  const read =
    ids.length === 0 ? { cards: [], unreadable: [] } : await crm.readCards(ids, { lane: 'history' });
  const there = new Set(read.cards.map(({ crmContactId }) => crmContactId));
  const unreadable = new Set(read.unreadable);
  return ({ crmContactId }) => {
    if (crmContactId === null || there.has(crmContactId)) return null;
    return unreadable.has(crmContactId) ? 'contact_unreadable' : 'contact_gone';
  };
}

/** The people of these rows, new or known; a refusal in the place of one who was forgotten. */
export async function findPeople(
  { people, keptAway }: Store,
  portalId: string,
  rows: readonly LinkRowDoc[],
): Promise<(Sought | Judged)[]> {
  const keyOf = ({ e164 }: LinkRowDoc) => (e164 === null ? '' : toPhoneAlias(e164).key);
  const forgotten = await keptAway.whichNames(portalId, rows.map(keyOf));
  return Promise.all(
    rows.map(async (row) => {
      if (row.e164 === null) return refuse(row, 'cancelled');
      if (forgotten.has(keyOf(row))) return refuse(row, 'person_forgotten');
      const identity = { aliases: [toPhoneAlias(row.e164)], name: row.name };
      const { _id: personId } = await people.findOrCreate(portalId, identity, 'link');
      return { row, personId, e164: row.e164 };
    }),
  );
}

/** The contacts of rows that name none: whoever has the number. Nobody, or several: a question for a person. */
export async function findContacts(
  store: Store,
  portal: PortalDoc,
  crm: ContactDirectory,
  sought: readonly Sought[],
): Promise<(Chosen | Judged)[]> {
  const ids = sought.map(({ personId }) => personId);
  const linked = await store.links.listByPeople(portal._id, ids);
  const linkOf = new Map(linked.map((link) => [link.personId, link]));
  const known = await store.reviews.listOfPeople(portal._id, ids, 'contact');
  const open = sought.filter(({ personId }) => linkOf.get(personId)?.state !== 'linked');
  const reviews: ReviewToOpen[] = [];
  const found = (await decide({ store, portal, crm }, open, { createFor: () => false }, 'history')).map(
    (one): Chosen | Judged => {
      if ('error' in one) throw one.error;
      const { row, personId, step } = one;
      if (step.kind === 'link') return { ...one, crmContactId: step.candidate.crmContactId };
      if (step.kind === 'create') return refuse(row, 'contact_gone');
      const fresh = {
        portalId: portal._id,
        personId,
        linkId: linkOf.get(personId)?._id ?? null,
        ...step.review,
      };
      reviews.push({ known: known.find((review) => review.personId === personId) ?? null, fresh });
      return judge(row, 'left_to_a_person');
    },
  );
  await openReviews(store, reviews);
  const already = sought.flatMap(({ row, personId }) => {
    const link = linkOf.get(personId);
    return link?.state === 'linked' ? judge(row, 'already', link._id) : [];
  });
  return [...found, ...already];
}
