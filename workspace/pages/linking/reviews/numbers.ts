import type { Review } from '../../../api/queries/linking';

type ReviewPerson = NonNullable<Review['person']>;

/** The phone numbers of a person, as E.164. */
export const numbersOf = (person: Pick<ReviewPerson, 'aliases'> | null): string[] =>
  (person?.aliases ?? []).flatMap((alias) => (alias.startsWith('phone:') ? alias.slice(6) : []));
