import type { Candidate, Verdict } from './contact-match';

/** What is done about a person whose number was looked up. A review tells its kind and why, for people. */
export type NewcomerStep =
  | { kind: 'link'; candidate: Candidate }
  | { kind: 'create' }
  | { kind: 'review'; review: 'ambiguous' | 'unmatched'; reason: string; candidates: Candidate[] };

export const unknownNumber = 'The phone number of this person is not known.';
const tooManyOwners = 'Too many contacts have this number to be listed.';

/** One owner: linked. None: made where that is wanted and nobody is even in question. Everything else is a person's. */
export function decideNewcomer(verdict: Verdict, createIfMissing: boolean): NewcomerStep {
  const { kind } = verdict;
  if (kind === 'matched') return { kind: 'link', candidate: verdict.candidate };
  const { candidates } = verdict;
  if (kind === 'ambiguous') {
    const reason =
      candidates.length === 0 ? tooManyOwners : `${candidates.length} contacts have this number.`;
    return { kind: 'review', review: 'ambiguous', reason, candidates };
  }
  if (createIfMissing && candidates.length === 0) return { kind: 'create' };
  const reason =
    candidates.length === 0 ? 'No contact has this number.' : 'No contact has this number for certain.';
  return { kind: 'review', review: 'unmatched', reason, candidates };
}

/** The card may still have the number of somebody who changed it. */
export const toStaleReview = (candidate: Candidate): Extract<NewcomerStep, { kind: 'review' }> => ({
  kind: 'review',
  review: 'ambiguous',
  reason: 'Somebody else, who is linked to this contact, had this number before and changed it.',
  candidates: [candidate],
});
