import { judgeHits, type HitsVerdict } from './judge-hits';
import { formsOf, isCountryCode, listQueryVariants, type CountryCode } from '../domain/phone';
import type { PortalDoc } from '../store/portals/portal-schema';
import type { Store } from '../store/store';
import { withOddNumbers, type CardsRead, type ContactDirectory, type Lane } from './contact-directory';
import { portionsOf } from './portions';

/** One number's outcome: a verdict, or the error that its own question came back with. */
export type LookedUp = { verdict: HitsVerdict } | { error: unknown };

/** More owners than the CRM lists are several owners: a person must look. */
const isTooMany = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'TOO_MANY_HITS';

/** The country a portal's national numbers are read with, or null. */
export const toCountry = (stored: string | null): CountryCode | null =>
  stored !== null && isCountryCode(stored) ? stored : null;

/** The cards of these contacts, or why the question failed. */
async function fetchHits(
  directory: ContactDirectory,
  ids: readonly number[],
  lane: Lane,
): Promise<CardsRead | { error: unknown }> {
  try {
    return ids.length === 0 ? { cards: [], unreadable: [] } : await directory.readCards(ids, { lane });
  } catch (error) {
    return { error };
  }
}

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
  const questions: string[][] = [];
  for await (const some of portionsOf(e164s)) {
    questions.push(...some.map((e164) => listQueryVariants(e164, country)));
  }
  const asked = await Promise.allSettled(questions.map((values) => directory.findByPhone(values, { lane })));
  const hits = asked.map((answer, index) =>
    answer.status === 'fulfilled' ? [...new Set([...answer.value, ...(odd[index] ?? [])])] : null,
  );
  const read = await fetchHits(directory, [...new Set(hits.flatMap((found) => found ?? []))], lane);
  const cardOf = new Map('cards' in read ? read.cards.map((card) => [card.crmContactId, card]) : []);
  const toAnswer = ([index, e164]: [number, string]): LookedUp => {
    const answer = asked[index];
    if (answer?.status === 'rejected') {
      const error: unknown = answer.reason;
      return isTooMany(error) ? { verdict: { kind: 'ambiguous', candidates: [] } } : { error };
    }
    const ids = hits[index] ?? [];
    if ('error' in read) return ids.length > 0 ? read : { verdict: { kind: 'unmatched', candidates: [] } };
    const cards = ids.flatMap((id) => cardOf.get(id) ?? []);
    const unreadable = read.unreadable.filter((id) => ids.includes(id));
    return { verdict: judgeHits(e164, { cards, unreadable, named: answer?.value ?? [] }, country) };
  };
  const answers: LookedUp[] = [];
  for await (const some of portionsOf([...e164s.entries()])) answers.push(...some.map(toAnswer));
  return answers;
}

/** A person whose contact is looked for; `e164` is null while the number is not known. */
export interface Sought {
  personId: string;
  e164: string | null;
}

/** Where a portal's numbers are looked up. */
export interface PortalContacts {
  store: Store;
  portal: Pick<PortalDoc, '_id' | 'defaultCountry'>;
  crm: ContactDirectory;
}

/** See `lookUpNumbers`: each number once, by the portal's country and with its odd numbers. */
export async function lookUpInPortal(
  { store, portal, crm }: PortalContacts,
  e164s: readonly string[],
  lane?: Lane,
): Promise<Map<string, LookedUp>> {
  const asked = [...new Set(e164s)];
  const directory = withOddNumbers(store, portal._id, crm);
  const answers = await lookUpNumbers(directory, asked, toCountry(portal.defaultCountry), lane);
  return new Map(asked.flatMap((e164, index) => (answers[index] ? [[e164, answers[index]]] : [])));
}
