import type { Candidate, Verdict } from '../domain/contact-match';
import type { Lane } from './contact-directory';
import { lookUpInPortal, type LookedUp, type PortalContacts, type Sought } from './look-up';
import { listOnStaleCards } from './stale-cards';

/** What is done about a person whose number was looked up. A review tells its kind and why, for people. */
export type Step =
  | { kind: 'link'; candidate: Candidate }
  | { kind: 'create' }
  | { kind: 'review'; review: 'ambiguous' | 'unmatched'; reason: string; candidates: Candidate[] };

type Review = Extract<Step, { kind: 'review' }>;

/** When a contact is made. `createFor` is asked only about people whom it may be made for. */
export interface CreatePolicy<S> {
  createFor(sought: S): boolean | Promise<boolean>;
  /** Also where contacts are in question: a person has seen them. */
  despiteCandidates?: boolean;
}

/** What is to be done about one person, or the error that the question about their number came back with. */
export type Decided<S> = S & ({ step: Step } | { error: unknown });

const review = (kind: Review['review'], reason: string, candidates: Candidate[] = []): Review => ({
  ...{ kind: 'review', review: kind, reason, candidates },
});

/** None or several owners are a person's to decide, as is a card that may still have the number of a former owner. */
function toReview(verdict: Verdict): Review {
  if (verdict.kind === 'matched') {
    const stale = 'Somebody else, who is linked to this contact, had this number before and changed it.';
    return review('ambiguous', stale, [verdict.candidate]);
  }
  const { kind, candidates } = verdict;
  const isNone = candidates.length === 0;
  if (kind === 'unmatched') {
    return review(kind, `No contact has this number${isNone ? '' : ' for certain'}.`, candidates);
  }
  const several = `${candidates.length} contacts have this number.`;
  return review(kind, isNone ? 'Too many contacts have this number to be listed.' : several, candidates);
}

const isNobody = ({ kind, candidates }: Exclude<Verdict, { kind: 'matched' }>) =>
  kind === 'unmatched' && candidates.length === 0;

async function toStep<S>(
  verdict: Verdict,
  isStale: boolean,
  sought: S,
  policy: CreatePolicy<S>,
): Promise<Step> {
  if (verdict.kind === 'matched' && !isStale) return { kind: 'link', candidate: verdict.candidate };
  const mayCreate = policy.despiteCandidates || (verdict.kind !== 'matched' && isNobody(verdict));
  return mayCreate && (await policy.createFor(sought)) ? { kind: 'create' } : toReview(verdict);
}

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
  const numbers = people.flatMap(({ e164 }) => e164 ?? []);
  const answers = await lookUpInPortal(where, numbers, lane);
  const lookedOf = ({ e164 }: S): LookedUp | undefined => (e164 === null ? undefined : answers.get(e164));
  const matches = people.flatMap((sought) => {
    const looked = lookedOf(sought);
    if (!looked || 'error' in looked || looked.verdict.kind !== 'matched') return [];
    return [{ sought, candidate: looked.verdict.candidate }];
  });
  const stale = await listOnStaleCards(where.store, where.portal._id, matches);
  return Promise.all(
    people.map(async (sought) => {
      const looked = lookedOf(sought);
      if (!looked)
        return { ...sought, step: review('unmatched', 'The phone number of this person is not known.') };
      if ('error' in looked) return { ...sought, error: looked.error };
      return { ...sought, step: await toStep(looked.verdict, stale.has(sought), sought, policy) };
    }),
  );
}
