import { matchContact, type ContactCard, type Verdict } from './contact-match';
import { isCountryCode, listQueryVariants, type CountryCode } from './phone';

/** What a look-up asks of the CRM; `lane` says whether it may wait behind live messages. */
export interface ContactDirectory {
  /** For each value the ids of the contacts that may hold it. */
  findByPhone(values: readonly string[], options?: { lane?: 'live' | 'history' }): Promise<number[][]>;
  /** The cards; contacts that no longer exist are absent. */
  fetchCards(ids: readonly number[], options?: { lane?: 'live' | 'history' }): Promise<ContactCard[]>;
}

/** One number's outcome: a verdict, or the error that its own question came back with. */
export type LookedUp = { verdict: Verdict } | { error: unknown };

/** More owners than the CRM lists are several owners: a person must look. */
const isTooMany = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'TOO_MANY_HITS';

/** The country a portal's national numbers are read with, or null. */
export const toCountry = (stored: string | null): CountryCode | null =>
  stored !== null && isCountryCode(stored) ? stored : null;

/** The cards of these contacts by id, or why they could not be read. */
async function fetchHits(
  directory: ContactDirectory,
  ids: readonly number[],
  lane: 'live' | 'history',
): Promise<{ cards: Map<number, ContactCard> } | { error: unknown }> {
  try {
    const cards = ids.length === 0 ? [] : await directory.fetchCards(ids, { lane });
    return { cards: new Map(cards.map((card) => [card.crmContactId, card])) };
  } catch (error) {
    return { error };
  }
}

/**
 * Asks for every way each number may be stored, all at once so that the questions share requests, reads the hits and
 * checks their numbers here. What fails for one number fails for it alone; the order is that of the numbers. In the
 * history lane live messages go first.
 */
export async function lookUpNumbers(
  directory: ContactDirectory,
  e164s: readonly string[],
  country: CountryCode | null,
  lane: 'live' | 'history' = 'history',
): Promise<LookedUp[]> {
  const asked = await Promise.allSettled(
    e164s.map((e164) => directory.findByPhone(listQueryVariants(e164, country), { lane })),
  );
  const hits = asked.map((answer) =>
    answer.status === 'fulfilled' ? [...new Set(answer.value.flat())] : null,
  );
  const read = await fetchHits(directory, [...new Set(hits.flatMap((found) => found ?? []))], lane);
  return e164s.map((e164, index) => {
    const answer = asked[index];
    if (answer?.status === 'rejected') {
      const error: unknown = answer.reason;
      return isTooMany(error) ? { verdict: { kind: 'ambiguous', candidates: [] } } : { error };
    }
    const ids = hits[index] ?? [];
    if ('error' in read) return ids.length > 0 ? read : { verdict: matchContact(e164, [], country) };
    return {
      verdict: matchContact(
        e164,
        ids.flatMap((id) => read.cards.get(id) ?? []),
        country,
      ),
    };
  });
}

/** The last change seen, as the CRM wrote its time. */
interface ChangeCursor {
  updatedTime: string;
  afterId: number;
}

/** What gives contacts in the order of their changes, a page at a time. */
export interface ContactChangeList {
  listUpdatedSince(
    cursor: ChangeCursor,
    options?: { lane?: 'live' | 'history' },
  ): Promise<{ cards: ContactCard[]; cursor: ChangeCursor; hasMore: boolean }>;
}

/** Every contact of the CRM; one that changes meanwhile may come twice. One request a page. */
export async function* listAllCards(list: ContactChangeList): AsyncGenerator<ContactCard> {
  let cursor: ChangeCursor = { updatedTime: '1970-01-01T00:00:00+00:00', afterId: 0 };
  for (let hasMore = true; hasMore;) {
    const page = await list.listUpdatedSince(cursor, { lane: 'history' });
    yield* page.cards;
    ({ cursor, hasMore } = page);
  }
}
