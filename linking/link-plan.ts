import { lookUpNumbers, toCountry, type ContactDirectory } from './look-up';
import type { Candidate } from '../domain/contact-match';
import { phoneOf } from '../domain/identity';
import { decideNewcomer, unknownNumber, type NewcomerStep } from '../domain/newcomer';
import { isEnded, isToBeCreated, listNewcomers, type Newcomer } from './newcomers';
import type { PersonDoc } from '../store/people/people';
import type { PortalDoc } from '../store/portals';
import type { Store } from '../store/store';

/** What would be done about one person. `candidates`: the contact to be linked, or those in question. */
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

function toPlanned({ _id, name, aliases }: PersonDoc, step: NewcomerStep): PlannedLink {
  const known = { personId: _id, name, e164: phoneOf(aliases) };
  switch (step.kind) {
    case 'link':
      return { ...known, outcome: 'link', reason: step.candidate.rule, candidates: [step.candidate] };
    case 'create':
      return { ...known, outcome: 'create', reason: null, candidates: [] };
    case 'review':
      return { ...known, outcome: step.review, reason: step.reason, candidates: step.candidates };
  }
}

const noNumber: NewcomerStep = {
  kind: 'review',
  review: 'unmatched',
  reason: unknownNumber,
  candidates: [],
};

async function planMany(
  store: Store,
  directory: ContactDirectory,
  portal: PortalDoc,
  newcomers: readonly Newcomer[],
): Promise<PlannedLink[]> {
  const numbers = newcomers.map(({ person }) => phoneOf(person.aliases));
  const asked = [...new Set(numbers.filter((e164) => e164 !== null))];
  const beside = store.oddNumbers.beside(portal._id, directory);
  const answers = await lookUpNumbers(beside, asked, toCountry(portal.defaultCountry));
  const byNumber = new Map(asked.map((e164, index) => [e164, answers[index]]));
  return Promise.all(
    newcomers.map(async ({ person }, index) => {
      const e164 = numbers[index] ?? null;
      const looked = e164 === null ? undefined : byNumber.get(e164);
      if (!looked) return toPlanned(person, noNumber);
      if ('error' in looked) throw looked.error;
      const create = await isToBeCreated(store, portal, person);
      return toPlanned(person, decideNewcomer(looked.verdict, create));
    }),
  );
}

/**
 * Who would be linked to whom, before anything is written: a page of the people who wait, each with what automatic
 * linking would do. Costs the portal what the look-up costs; throws the portal's errors.
 */
export async function planLinks(
  store: Store,
  directory: ContactDirectory,
  portal: PortalDoc,
  { after, limit }: { after: string | null; limit: number },
): Promise<LinkPlan> {
  const people = await store.people.listWaiting(portal._id, after, limit);
  const newcomers = (await listNewcomers(store, portal._id, people)).filter(({ link }) => !isEnded(link));
  const items = await planMany(store, directory, portal, newcomers);
  return { items, after: people.length < limit ? null : (people.at(-1)?._id ?? null) };
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
  const heading = [
    'outcome',
    'person',
    'name',
    'number',
    'reason',
    'contact',
    'contact name',
    'value',
    'rule',
  ];
  return [heading, ...rows];
}
