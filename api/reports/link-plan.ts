import { planLinks } from '../../linking/link-plan';
import { openPortal } from '../choose-portal';
import type { Report } from './report';

export const planPart = 'plan';
const peopleAtOnce = 50;

/** The dry run: fifty people who wait, with what automatic linking would do with each. */
export const linkPlan: Report = {
  part: planPart,
  async next(context, { portalId }, after) {
    const { portal, contacts } = await openPortal(context, portalId);
    const plan = await planLinks(context.store, contacts, portal, { after, limit: peopleAtOnce });
    return { items: plan.items, looked: plan.items.length, after: plan.after };
  },
};
