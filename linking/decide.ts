import type { Candidate } from '../domain/contact-match';
import { isSomebodys } from '../domain/phone';
import type { Lane } from './contact-directory';
import type { HitsVerdict } from './judge-hits';
import { lookUpInPortal, type PortalContacts, type Sought } from './look-up';
import { listOnStaleCards } from './stale-cards';

/** Something for a person to decide, and why. */
export interface Doubtful {
  kind: 'ambiguous' | 'unmatched';
  reason: string;
  candidates: Candidate[];
}

/** The outcome for a person whose number was looked up. */
export type Step =
  { kind: 'link'; candidate: Candidate } | { kind: 'create' } | { kind: 'review'; review: Doubtful };

/** When a contact is made. `createFor` is asked only about people whom it may be made for. */
export interface CreatePolicy<S> {
  createFor(sought: S): boolean | Promise<boolean>;
  /** Also where contacts are in question: a person has seen them. */
  despiteCandidates?: boolean;
}

/** The step for one person, or the error that the question about their number came back with. */
export type Decided<S> = S & ({ step: Step } | { error: unknown });

/** None or several owners are a person's to decide, as is a card that may still have the number of a former owner. */
function toDoubtful(verdict: HitsVerdict): Doubtful {
  if (verdict.kind === 'matched') {
    const reason = 'Somebody else, who is linked to this contact, had this number before and changed it.';
    return { kind: 'ambiguous', reason, candidates: [verdict.candidate] };
  }
  if (verdict.kind === 'unreadable') {
    const { candidates } = verdict;
    const reason = 'A contact has this number but cannot be read.';
    return { kind: candidates.length > 1 ? 'ambiguous' : 'unmatched', reason, candidates };
  }
  const { kind, candidates } = verdict;
  const isNone = candidates.length === 0;
  const tooMany = 'Too many contacts have this number to be listed.';
  const several = isNone ? tooMany : `${candidates.length} contacts have this number.`;
  const none = `No contact has this number${isNone ? '' : ' for certain'}.`;
  return { kind, reason: kind === 'ambiguous' ? several : none, candidates };
}

async function toStep<S>(
  verdict: HitsVerdict,
  isStale: boolean,
  sought: S,
  policy: CreatePolicy<S>,
): Promise<Step> {
  if (verdict.kind === 'matched' && !isStale) return { kind: 'link', candidate: verdict.candidate };
  const isNobody = verdict.kind === 'unmatched' && verdict.candidates.length === 0;
  const mayCreate = (isNobody || policy.despiteCandidates) && (await policy.createFor(sought));
  return mayCreate ? { kind: 'create' } : { kind: 'review', review: toDoubtful(verdict) };
}

const unknownNumber = (): Step => {
  const reason = 'The phone number of this person is not known.';
  return { kind: 'review', review: { kind: 'unmatched', reason, candidates: [] } };
};

/**
 * The one place where a verdict becomes a decision. One owner, on a card that is up to date: linked. Nobody, and nobody in
 * question: made where that is wanted. Everything else is a person's. The order is that of the people.
 */
export async function decide<S extends Sought>(
  where: PortalContacts,
  people: readonly S[],
  policy: CreatePolicy<S>,
  lane?: Lane,
): Promise<Decided<S>[]> {
  // Digits that no country has are no number, also where an older version took them for one.
  const numbers = people.flatMap(({ e164 }) => (e164 !== null && isSomebodys(e164) ? e164 : []));
  const answers = await lookUpInPortal(where, numbers, lane);
  const looked = people.map((sought) => ({ sought, answer: answers.get(sought.e164 ?? '') }));
  const matches = looked.flatMap(({ sought, answer }) =>
    answer && 'verdict' in answer && answer.verdict.kind === 'matched'
      ? [{ sought, candidate: answer.verdict.candidate }]
      : [],
  );
  const stale = await listOnStaleCards(where.store, where.portal._id, matches);
  return Promise.all(
    looked.map(async ({ sought, answer }) => {
      if (!answer) return { ...sought, step: unknownNumber() };
      if ('error' in answer) return { ...sought, error: answer.error };
      return { ...sought, step: await toStep(answer.verdict, stale.has(sought), sought, policy) };
    }),
  );
}
