import type { Identity } from '../domain/identity';
import type { Translation } from '../domain/message';
import type { AccountDoc } from '../store/accounts';
import type { Store } from '../store/store';
import { learnAddressBook } from './address-book';
import { ingestMessages, type Outcome } from './ingest-message';

/** A delivery of a source, translated; `raw` is what is kept of an item that cannot be read. */
export interface Delivery {
  source: string;
  items: readonly { raw: unknown; translation: Translation }[];
  /** The source's address book, where it gives one. */
  identities?: readonly Identity[];
}

/** The fate of an item: stored as a message, kept as unreadable, or nothing to store. */
export type Taken =
  | { outcome: Outcome }
  | { outcome: 'unreadable'; code: string; reason: string }
  | { outcome: 'ignored'; reason: string };

/** To the second: all requests of an account write to this one document. */
async function noteEvent(store: Store, { _id, lastEventAt }: AccountDoc, now: Date): Promise<void> {
  if (lastEventAt && now.getTime() - lastEventAt.getTime() < 1_000) return;
  await store.accounts.touch(_id, now);
}

/**
 * Stores a delivery: first the address book, then the messages in their order. All of it is written when this returns; the
 * same delivery again adds nothing. Gives what became of each item, and the parked links to wake.
 */
export async function takeIn(store: Store, account: AccountDoc, delivery: Delivery) {
  const { source, items, identities = [] } = delivery;
  const parked = new Set(await learnAddressBook(store, account.portalId, identities, source));
  const unreadable = items.flatMap(({ raw, translation }) =>
    translation.kind === 'unreadable' ? [{ raw, why: translation.unreadable }] : [],
  );
  const owner = { portalId: account.portalId, accountId: account._id, source };
  await store.unreadable.keep(owner, unreadable);
  const messages = items.flatMap(({ translation }) =>
    translation.kind === 'message' ? [translation.message] : [],
  );
  const { outcomes, parkedLinkIds } = await ingestMessages(store, account, messages, source);
  for (const linkId of parkedLinkIds) parked.add(linkId);
  await noteEvent(store, account, new Date());
  const fates = outcomes.values();
  const taken = items.map(({ translation }): Taken => {
    if (translation.kind === 'message') return { outcome: fates.next().value ?? 'duplicate' };
    if (translation.kind === 'ignored') return { outcome: 'ignored', reason: translation.reason };
    return { outcome: 'unreadable', ...translation.unreadable };
  });
  return { taken, parkedLinkIds: parked };
}
