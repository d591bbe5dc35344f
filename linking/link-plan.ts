import type { Candidate } from '../domain/contact-match';
import type { PortalDoc } from '../store/portals/portal-schema';
import type { Store } from '../store/store';
import type { ContactDirectory } from './contact-directory';
import { decide, type Decided } from './decide';
import { createPolicyOf, isEnded, listNewcomers, type Newcomer } from './newcomers';

/** The outcome for one person. `candidates`: the contact to be linked, or those in question. */
export interface PlannedLink {
  personId: string;
  name: string | null;
  e164: string | null;
  outcome: 'link' | 'create' | 'ambiguous' | 'unmatched';
  reason: string | null;
  candidates: Candidate[];
}

/** One page of a dry run; `after` of the next page, or null after the last one. */
export interface LinkPlan {
  items: PlannedLink[];
  after: string | null;
}

function toPlanned({ person: { _id, name }, e164, ...answer }: Decided<Newcomer>): PlannedLink {
  if ('error' in answer) throw answer.error;
  const { step } = answer;
  const known = { personId: _id, name, e164 };
  switch (step.kind) {
    case 'link':
      return { ...known, outcome: 'link', reason: step.candidate.rule, candidates: [step.candidate] };
    case 'create':
      return { ...known, outcome: 'create', reason: null, candidates: [] };
    case 'review': {
      const { kind: outcome, ...why } = step.review;
      return { ...known, outcome, ...why };
    }
  }
}

/**
 * A page of the people who wait, each with what automatic linking would do; nothing is written. Costs the portal what the
 * look-up costs; throws the portal's errors.
 */
export async function planLinks(
  store: Store,
  crm: ContactDirectory,
  portal: PortalDoc,
  { after, limit }: { after: string | null; limit: number },
): Promise<LinkPlan> {
  const people = await store.people.listWaiting(portal._id, after, limit);
  const newcomers = (await listNewcomers(store, portal._id, people)).filter(({ link }) => !isEnded(link));
  const decided = await decide({ store, portal, crm }, newcomers, createPolicyOf(store, portal));
  return {
    items: decided.map(toPlanned),
    after: people.length < limit ? null : (people.at(-1)?._id ?? null),
  };
}

/** The plan as rows of a table, the heading first: one row a person and candidate. */
export function toPlanRows(items: readonly PlannedLink[]): string[][] {
  const rows = items.flatMap(({ personId, name, e164, outcome, reason, candidates }) => {
    const person = [outcome, personId, name ?? '', e164 ?? '', reason ?? ''];
    if (candidates.length === 0) return [[...person, '', '', '', '']];
    return candidates.map(({ crmContactId, name: contact, matchedValue, rule }) => [
      ...person,
      ...[String(crmContactId), contact, matchedValue, rule],
    ]);
  });
  const person = ['outcome', 'person', 'name', 'number', 'reason'];
  return [[...person, 'contact', 'contact name', 'value', 'rule'], ...rows];
}
