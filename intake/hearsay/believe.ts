import type { Alias, Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import type { PersonDoc } from '../../store/people/people';
import type { Heard } from '../../store/reviews/review-schema';
import type { Store } from '../../store/store';
import { listIdentities, type Delivered, type DeliveredItem } from '../delivery';
import { isForeign, isOwn, loadAcquaintance, weigh, type Acquaintance } from './acquaintance';

/** What a source said of somebody it has no chat with. */
export interface Claim {
  person: PersonDoc;
  heard: Heard;
}

/** Deliveries without their hearsay, and the hearsay. */
export interface Believed {
  delivered: Delivered[];
  claims: Claim[];
  /** What was read for it of the people whom the deliveries name; absent: nothing was. */
  known?: Acquaintance;
}

const source = 'ingest';

const claimOf = (
  accountId: string,
  person: PersonDoc | null,
  { what, aliases, at }: { what: Heard['what']; aliases: readonly Alias[]; at: Date },
): Claim[] =>
  person ? [{ person, heard: { accountId, what, aliases: [...aliases], at, isConfirmed: false } }] : [];

const namedBy = ({ delivery }: Delivered): Alias[] =>
  listIdentities(delivery).flatMap(({ aliases }) => aliases);

/** Of whom a notice of a new number says more than the account may say: who has the old one, or who has the new one. */
function findChanged(
  known: Acquaintance,
  accountId: string,
  { numberChange }: IncomingMessage,
): PersonDoc | null {
  if (!numberChange) return null;
  const leaver = known.owners.get(numberChange.from.key);
  if (leaver && !isOwn(known, accountId, leaver)) return leaver;
  const takers = numberChange.to.flatMap(({ key }) => known.owners.get(key) ?? []);
  return takers.find((one) => isForeign(known, accountId, one)) ?? null;
}

/** The message by the names that are believed. Whoever speaks in a direct chat is its peer. */
function believePeer(known: Acquaintance, accountId: string, message: IncomingMessage) {
  const { chat, sender, sentAt: at } = message;
  const identity = chat.kind === 'direct' ? chat.peer : sender;
  if (!identity) return { message, claims: [] };
  const { believed, claimedOf } = weigh(known, accountId, identity);
  const claims = claimOf(accountId, claimedOf, { what: 'names', aliases: identity.aliases, at });
  const spoken = sender && { sender: believed };
  const peer = chat.kind === 'direct' ? { chat: { ...chat, peer: believed } } : {};
  return { message: { ...message, ...peer, ...spoken }, claims };
}

/**
 * A notice that is not believed changes nothing. It is not stored either where the account has no chat with whoever had the old number:
 * it would make that chat, and be believed when it comes again.
 */
function believeItem(known: Acquaintance, accountId: string, item: DeliveredItem) {
  if (item.translation.kind !== 'message' || item.excluded) return { item, claims: [] };
  const given = item.translation.message;
  const changed = findChanged(known, accountId, given);
  const { message, claims } = believePeer(known, accountId, given);
  const { numberChange, ...plain } = message;
  if (!changed || !numberChange)
    return { item: { ...item, translation: { kind: 'message' as const, message } }, claims };
  const { from, to } = numberChange;
  const heard = { what: 'number', aliases: [from, ...to], at: given.sentAt } as const;
  const isStored = isOwn(known, accountId, changed) || known.owners.get(from.key)?._id !== changed._id;
  return {
    item: {
      ...item,
      translation: { kind: 'message' as const, message: plain },
      ...(isStored ? {} : { excluded: 'excluded_hearsay' as const }),
    },
    claims: [...claims, ...claimOf(accountId, changed, heard)],
  };
}

/** The address book without those whom only other accounts talk to. */
function believeBook(known: Acquaintance, accountId: string, identities: readonly Identity[]) {
  const believed: Identity[] = [];
  const claims: Claim[] = [];
  for (const identity of identities) {
    const { claimedOf, believed: part } = weigh(known, accountId, identity);
    const at = new Date();
    claims.push(...claimOf(accountId, claimedOf, { what: 'names', aliases: identity.aliases, at }));
    if (part === identity) believed.push(identity);
  }
  return { believed, claims };
}

function believeOne(known: Acquaintance, one: Delivered): { delivered: Delivered; claims: Claim[] } {
  const { account, delivery } = one;
  const { _id: accountId } = account;
  const items = delivery.items.map((item) => believeItem(known, accountId, item));
  const book = believeBook(known, accountId, delivery.identities ?? []);
  return {
    delivered: {
      account,
      delivery: { ...delivery, items: items.map(({ item }) => item), identities: book.believed },
    },
    claims: [...items.flatMap(({ claims }) => claims), ...book.claims],
  };
}

/**
 * An ingest token speaks only for people its account has a chat with: it may be a browser's, and what it says of others' people would
 * move their messages. What it says of those is taken out, and asked of a person. WAHA is believed: its deliveries are signed with a key
 * of ours and its pairs are what WhatsApp tells the phone, read by ourselves from an address that an administrator gave.
 */
export async function believeOwn(store: Store, given: readonly Delivered[]): Promise<Believed> {
  const heard = given.filter(({ delivery }) => delivery.source === source);
  const [first] = heard;
  if (!first) return { delivered: [...given], claims: [] };
  const known = await loadAcquaintance(store, first.account.portalId, heard.flatMap(namedBy));
  const believed = given.map((one) =>
    one.delivery.source === source ? believeOne(known, one) : { delivered: one, claims: [] },
  );
  const excluded = believed.flatMap(({ delivered: { account, delivery } }, index) => {
    const before = given[index]?.delivery.items ?? [];
    const count = delivery.items.filter((item, at) => item.excluded && !before[at]?.excluded).length;
    return count > 0 ? [{ account, count }] : [];
  });
  for (const { account, count } of excluded)
    await store.accounts.noteExcluded(account._id, new Map([['excluded_hearsay', count]]));
  return {
    delivered: believed.map(({ delivered }) => delivered),
    claims: believed.flatMap(({ claims }) => claims),
    known,
  };
}
