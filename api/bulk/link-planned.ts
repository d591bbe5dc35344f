import { planLinks, type PlannedLink } from '../../linking/link-plan';
import type { LinkRequest } from '../../store/links/link-schema';
import { openPortal } from '../choose-portal';
import type { AskedContext } from '../context';
import { requestLink } from '../links/link-requests';
import { atOnce, refusalOf, type WorkOff } from './portion';

/** The wish that a person would send for it; null: the plan leaves it to a person. */
function toRequest({ outcome, candidates, name }: PlannedLink, who: AskedContext['who']): LinkRequest | null {
  const asked = { name, who, at: new Date() };
  const [contact] = candidates;
  if (outcome === 'create') return { crmContactId: null, createIfMissing: true, ...asked };
  if (outcome !== 'link' || !contact) return null;
  return { crmContactId: contact.crmContactId, createIfMissing: false, ...asked };
}

/**
 * Links the next people as the dry run says; those whom it leaves to a person are counted as such. Planned anew for each portion, so
 * that nobody is linked by a plan that is old. Who was linked is in no plan any more, and the same wish again is the same link.
 */
export const linkPlanned: WorkOff = async (context, { portalId }, after) => {
  const { portal, contacts } = await openPortal(context, portalId);
  const plan = await planLinks(context.store, contacts, portal, { after, limit: atOnce });
  const wishes = plan.items.map((item) => ({ item, request: toRequest(item, context.who) }));
  const codes = await Promise.all(
    wishes.map(async ({ item: { personId }, request }) =>
      request ? refusalOf(() => requestLink(context, { portalId, personId }, request)) : ['left_to_a_person'],
    ),
  );
  const count = wishes.filter(({ request }) => request !== null).length;
  return { count, refused: codes.flat(), after: plan.after };
};
