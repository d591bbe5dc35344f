import { readingRules } from '../domain/content/reading-rules';
import type { Exclusion } from '../domain/source/policy';
import type { AccountDoc } from '../store/accounts';
import type { Store } from '../store/store';
import type { Unread } from '../store/unreadable';
import { learnAddressBook } from './address-book';
import { listBareLids, type Delivered, type DeliveredItem, type Delivery, type Received } from './delivery';
import { believeOwn } from './hearsay/believe';
import { askAbout } from './hearsay/reviews';
import { keepAway } from './policies/keep-away';
import { obeyPolicy } from './policies/obey-policy';
import { takeRosters } from './groups/membership';
import { ingestReceived, type Outcome } from './ingest-message';

export type { Delivered, Delivery } from './delivery';

/** The fate of an item: stored as a message, kept as unreadable, or nothing to store. */
export type Taken =
  | { outcome: Exclude<Outcome, 'excluded'> }
  | { outcome: 'unreadable'; code: string; reason: string }
  | { outcome: 'excluded'; code: Exclusion }
  | { outcome: 'ignored'; reason: string };

/** To the second: all requests of an account write to this one document. */
async function noteEvent(store: Store, { _id, lastEventAt }: AccountDoc, now: Date): Promise<void> {
  if (lastEventAt && now.getTime() - lastEventAt.getTime() < 1_000) return;
  await store.accounts.touch(_id, now);
}

/** What nobody understands is kept, of a message that is told by its placeholder too. */
function listUnread({ raw, context, translation, excluded }: DeliveredItem): Unread[] {
  if (excluded || translation.kind === 'ignored') return [];
  const why = translation.kind === 'unreadable' ? translation.unreadable : translation.unread;
  return why ? [{ raw, context, why }] : [];
}

/** The address book, who is in which group, and what cannot be read. Gives the parked links to wake. */
async function takeInAsides(store: Store, account: AccountDoc, delivery: Delivery): Promise<string[]> {
  const { source, items, identities = [], rosters = [] } = delivery;
  const parked = await learnAddressBook(store, account.portalId, identities, source);
  const owner = { portalId: account.portalId, accountId: account._id, source };
  await store.unreadable.keep(owner, items.flatMap(listUnread), readingRules);
  await takeRosters(store, account.portalId, rosters);
  return parked;
}

/** After the messages are stored: a delivery that dies in between comes again. Only a source that can be asked has an answer. */
async function noteLids(store: Store, { account, delivery }: Delivered): Promise<void> {
  if (account.waha || account.evolution) await store.lids.note(account, listBareLids(delivery));
}

const listMessages = ({ account, delivery }: Delivered): Received[] =>
  delivery.items.flatMap(({ translation, excluded }) =>
    translation.kind === 'message' && !excluded ? [{ account, message: translation.message }] : [],
  );

const toFate = (outcome: Outcome): Taken =>
  outcome === 'excluded' ? { outcome, code: 'excluded_person' } : { outcome };

function toTaken({ delivery }: Delivered, outcomes: Iterator<Outcome, undefined>): Taken[] {
  return delivery.items.map(({ translation, excluded }): Taken => {
    if (excluded) return { outcome: 'excluded', code: excluded };
    if (translation.kind === 'message') return toFate(outcomes.next().value ?? 'duplicate');
    if (translation.kind === 'ignored') return { outcome: 'ignored', reason: translation.reason };
    return { outcome: 'unreadable', ...translation.unreadable };
  });
}

/**
 * Stores deliveries of one source to one portal: first the address books, then the messages in their order. All of it is written when
 * this returns; the same deliveries again add nothing. Gives what became of the items of each delivery, the parked links to wake, and the files that were noted.
 */
export async function takeInAll(store: Store, given: readonly Delivered[]) {
  const kept = await keepAway(store, given);
  const wanted = await Promise.all(kept.map((one) => obeyPolicy(store, one)));
  const { delivered, claims, known } = await believeOwn(store, wanted);
  const [first] = delivered;
  if (!first) return { taken: [], parkedLinkIds: [], files: [] };
  const parked = new Set<string>();
  for (const { account, delivery } of delivered) {
    for (const linkId of await takeInAsides(store, account, delivery)) parked.add(linkId);
  }
  const { portalId } = first.account;
  const messages = delivered.flatMap(listMessages);
  // An address book may have changed what was read of the people.
  const hasBook = delivered.some(({ delivery: { identities = [] } }) => identities.length > 0);
  const { outcomes, parkedLinkIds, files } = await ingestReceived(store, messages, {
    ...{ portalId, source: first.delivery.source },
    ...(hasBook ? {} : { known }),
  });
  for (const linkId of parkedLinkIds) parked.add(linkId);
  for (const one of delivered) await noteLids(store, one);
  await askAbout(store, claims);
  const told = delivered.filter(({ delivery }) => !delivery.isAsked);
  const newest = new Map(told.map((one) => [one.account._id, one]));
  for (const { account, delivery } of newest.values()) {
    await noteEvent(store, account, delivery.saidAt ?? new Date());
  }
  const fates = outcomes.values();
  return { taken: delivered.map((one) => toTaken(one, fates)), parkedLinkIds: [...parked], files };
}
