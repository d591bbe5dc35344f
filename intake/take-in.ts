import type { Identity } from '../domain/identity';
import type { Translation } from '../domain/message';
import type { AccountDoc } from '../store/accounts';
import type { Store } from '../store/store';
import { learnAddressBook } from './address-book';
import { ingestMessage, type Ingested } from './ingest-message';

/** A delivery of a source, translated; `raw` is what is kept of an item that cannot be read. */
export interface Delivery {
  source: string;
  items: readonly { raw: unknown; translation: Translation }[];
  /** The source's address book, where it gives one. */
  identities?: readonly Identity[];
}

/** The fate of an item: stored as a message, kept as unreadable, or nothing to store. */
export type Taken =
  | { outcome: Ingested['outcome'] }
  | { outcome: 'unreadable'; code: string; reason: string }
  | { outcome: 'ignored'; reason: string };

/**
 * Stores a delivery: first the address book, then the messages in their order. All of it is written when this returns; the
 * same delivery again adds nothing. Gives what became of each item, and the parked links to wake.
 */
export async function takeIn(store: Store, account: AccountDoc, delivery: Delivery) {
  const { source, items, identities = [] } = delivery;
  const parked = new Set(await learnAddressBook(store, account.portalId, identities, source));
  const taken: Taken[] = [];
  for (const { raw, translation } of items) {
    if (translation.kind === 'message') {
      const { outcome, parkedLinkId } = await ingestMessage(store, account, translation.message, source);
      if (parkedLinkId !== null) parked.add(parkedLinkId);
      taken.push({ outcome });
    } else if (translation.kind === 'unreadable') {
      const owner = { portalId: account.portalId, accountId: account._id, source };
      await store.unreadable.keep(owner, raw, translation.unreadable);
      taken.push({ outcome: 'unreadable', ...translation.unreadable });
    } else {
      taken.push({ outcome: 'ignored', reason: translation.reason });
    }
  }
  await store.accounts.touch(account._id, new Date());
  return { taken, parkedLinkIds: parked };
}
