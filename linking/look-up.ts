import { matchContact, type ContactCard, type Verdict } from '../domain/contact-match';
import { isCountryCode, listOtherForms, listQueryVariants, type CountryCode } from '../domain/phone';

type Lane = 'live' | 'history';

/** What a look-up asks of the CRM; `lane` says whether it may wait behind live messages. */
export interface ContactDirectory {
  /** The ids of the contacts that may hold one of these values. */
  findByPhone(values: readonly string[], options?: { lane?: Lane }): Promise<number[]>;
  /** The cards; contacts that no longer exist are absent. */
  fetchCards(ids: readonly number[], options?: { lane?: Lane }): Promise<ContactCard[]>;
  /** Contacts that hold one of these full numbers in a form by which the CRM finds nobody. */
  listOdd?(e164s: readonly string[]): Promise<OddNumber[]>;
}

/** A contact whose card means this full number, though the CRM does not find it by that. */
export interface OddNumber {
  crmContactId: number;
  e164: string;
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
  lane: Lane,
): Promise<{ cards: Map<number, ContactCard> } | { error: unknown }> {
  try {
    const cards = ids.length === 0 ? [] : await directory.fetchCards(ids, { lane });
    return { cards: new Map(cards.map((card) => [card.crmContactId, card])) };
  } catch (error) {
    return { error };
  }
}

const formsOf = (e164: string): string[] => [e164, ...listOtherForms(e164).map((other) => other.e164)];

/** For each number the contacts that hold it, or an alias of it, in an odd form: one question for all. */
async function listOddHits(directory: ContactDirectory, e164s: readonly string[]): Promise<number[][]> {
  const rows = (await directory.listOdd?.([...new Set(e164s.flatMap(formsOf))])) ?? [];
  if (rows.length === 0) return e164s.map(() => []);
  return e164s.map((e164) => {
    const forms = formsOf(e164);
    return rows.filter((row) => forms.includes(row.e164)).map(({ crmContactId }) => crmContactId);
  });
}

/**
 * Asks for every way each number may be stored, one command a number and all at once so that they share requests, reads
 * the hits and checks their numbers here. What fails for one number fails for it alone; the order is that of the numbers.
 * In the history lane live messages go first.
 */
export async function lookUpNumbers(
  directory: ContactDirectory,
  e164s: readonly string[],
  country: CountryCode | null,
  lane: Lane = 'history',
): Promise<LookedUp[]> {
  const odd = await listOddHits(directory, e164s);
  // All questions are made before the first one is asked: what takes its time in between would part them.
  const questions = e164s.map((e164) => listQueryVariants(e164, country));
  const asked = await Promise.allSettled(questions.map((values) => directory.findByPhone(values, { lane })));
  const hits = asked.map((answer, index) =>
    answer.status === 'fulfilled' ? [...new Set([...answer.value, ...(odd[index] ?? [])])] : null,
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
    options?: { lane?: Lane },
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
