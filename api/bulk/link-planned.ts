import { planLinks, type PlannedLink } from '../../linking/link-plan';
import type { OperationDoc } from '../../store/operations';
import { openPortal } from '../choose-portal';
import type { AskedContext } from '../context';
import { requestLink } from '../links/link-requests';
import { linkChosen } from './begin-links';
import { atOnce, refusalOf, type WorkOff } from './portion';

/** Links one person as the plan says; null: the plan leaves them to a person. */
function toStep(
  context: AskedContext,
  { _id: operationId, portalId }: OperationDoc,
  { outcome, candidates, name, personId }: PlannedLink,
): (() => Promise<unknown>) | null {
  const asked = { name, who: context.who, operationId, at: new Date() };
  const [contact] = candidates;
  if (outcome === 'create') {
    const request = { crmContactId: null, createIfMissing: true, ...asked };
    return () => requestLink(context, { portalId, personId }, request);
  }
  if (outcome !== 'link' || !contact) return null;
  const request = { crmContactId: contact.crmContactId, createIfMissing: false, ...asked };
  return () => linkChosen(context, { portalId, personId, request });
}

/**
 * Links the next people as the dry run says; those whom it leaves to a person are counted as such. Planned anew for each portion, so
 * that nobody is linked by a plan that is old. Who was linked is in no plan any more, and the same wish again is the same link.
 */
export const linkPlanned: WorkOff = async (context, operation, after) => {
  const { portal, contacts } = await openPortal(context, operation.portalId);
  const plan = await planLinks(context.store, contacts, portal, { after, limit: atOnce });
  const steps = plan.items.map((item) => toStep(context, operation, item));
  const codes = await Promise.all(steps.map(async (step) => (step ? refusalOf(step) : ['left_to_a_person'])));
  return { count: steps.filter((step) => step !== null).length, refused: codes.flat(), after: plan.after };
};
