import type { CountryCode } from '../domain/phone';
import type { ContactChangeList } from './contact-directory';
import { assessContact, type AssessedContact } from './phone-quality';

const fromTheFirst = { updatedTime: '1970-01-01T00:00:00+00:00', afterId: 0 };

/** The next contacts of the CRM, in the order of their changes: one that changes meanwhile comes again. */
export interface AssessedPage {
  contacts: AssessedContact[];
  /** Where it goes on; null: these were the last. */
  after: string | null;
}

/** Reads one page of contacts, in one request behind all live messages, and assesses their numbers. */
export async function assessNext(
  list: ContactChangeList,
  after: string | null,
  country: CountryCode | null,
): Promise<AssessedPage> {
  const from = after === null ? fromTheFirst : (JSON.parse(after) as typeof fromTheFirst);
  const { cards, cursor, hasMore } = await list.listUpdatedSince(from, { lane: 'history' });
  return {
    contacts: cards.map((card) => assessContact(card, country)),
    after: hasMore ? JSON.stringify(cursor) : null,
  };
}
