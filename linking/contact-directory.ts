import type { ContactCard } from '../domain/contact-match';
import type { OddNumber } from '../store/odd-numbers';
import type { Store } from '../store/store';

export type Lane = 'live' | 'history';

export interface CardsRead {
  cards: ContactCard[];
  unreadable: number[];
}

/** The CRM, as a look-up asks it; `lane` says whether it may wait behind live messages. */
export interface ContactDirectory {
  /** The ids of the contacts that may hold one of these values. */
  findByPhone(values: readonly string[], options?: { lane?: Lane }): Promise<number[]>;
  /** The cards, and the contacts that exist and may not be read. Those in neither are gone. */
  readCards(ids: readonly number[], options?: { lane?: Lane }): Promise<CardsRead>;
  /** Contacts that hold one of these full numbers in a form by which the CRM finds nobody. */
  listOdd?(e164s: readonly string[]): Promise<OddNumber[]>;
}

/** The CRM with our rows of odd numbers beside its own index. A contact that is gone takes its rows along. */
export const withOddNumbers = (
  { oddNumbers }: Store,
  portalId: string,
  crm: ContactDirectory,
): ContactDirectory => ({
  findByPhone: (values, options) => crm.findByPhone(values, options),
  listOdd: (e164s) => oddNumbers.listByNumbers(portalId, e164s),
  async readCards(ids, options) {
    const read = await crm.readCards(ids, options);
    const there = new Set([...read.cards.map(({ crmContactId }) => crmContactId), ...read.unreadable]);
    const gone = ids.filter((id) => !there.has(id));
    if (gone.length > 0) await oddNumbers.removeContacts(portalId, gone);
    return read;
  },
});

/** The last change seen, as the CRM wrote its time. */
interface ChangeCursor {
  updatedTime: string;
  afterId: number;
}

/** Gives contacts in the order of their changes, a page at a time. */
export interface ContactChangeList {
  listUpdatedSince(
    cursor: ChangeCursor,
    options?: { lane?: Lane },
  ): Promise<{ cards: ContactCard[]; cursor: ChangeCursor; hasMore: boolean }>;
}
