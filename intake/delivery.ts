import type { GroupRoster } from '../domain/groups/roster';
import type { Identity } from '../domain/identity';
import type { IncomingMessage, Translation } from '../domain/message';
import type { Exclusion } from '../domain/source/policy';
import type { AccountDoc } from '../store/accounts';

/** `raw` is what is kept of an item that cannot be read. `excluded`: why the account's policy does not want it. */
export interface DeliveredItem {
  raw: unknown;
  /** What is kept with it: that by which it is understood. */
  context?: unknown;
  translation: Translation;
  excluded?: Exclusion;
}

/** A delivery of a source, translated. */
export interface Delivery {
  source: string;
  items: readonly DeliveredItem[];
  /** When the source made it, where it says so: one that is sent again later is no new sign of life. Now unless given. */
  saidAt?: Date;
  /** We asked for it: it is no sign of life of the source, and how old it is does not count. */
  isAsked?: boolean;
  /** The source's address book, where it gives one. */
  identities?: readonly Identity[];
  /** Groups of which the source lists all participants. */
  rosters?: readonly GroupRoster[];
}

/** A message, and the account of ours that it came to. */
export interface Received {
  account: AccountDoc;
  message: IncomingMessage;
}

/** A delivery, and the account of ours that it came to. */
export interface Delivered {
  account: AccountDoc;
  delivery: Delivery;
}

/** The messages of a delivery, those too that its account's policy does not want. */
export const messagesOf = (items: readonly DeliveredItem[]): IncomingMessage[] =>
  items.flatMap(({ translation }) => (translation.kind === 'message' ? [translation.message] : []));

/** Whom a message is with or by; its notice of a new number is about the same person. */
export const identitiesOf = ({ chat, sender, numberChange }: IncomingMessage): Identity[] => [
  ...(chat.kind === 'direct' ? [chat.peer] : []),
  ...(sender ? [sender] : []),
  ...(numberChange ? [{ aliases: [numberChange.from, ...numberChange.to], name: null }] : []),
];

/** All of whom a delivery says by which names they are known: in its messages, and in its address book. */
export const listIdentities = ({ items, identities = [] }: Delivery): Identity[] => [
  ...messagesOf(items).flatMap(identitiesOf),
  ...identities,
];

/** The LID of somebody whom a message names by nothing else. */
function bareLid(identity: Identity | null): string[] {
  const aliases = identity?.aliases ?? [];
  if (aliases.some(({ kind }) => kind === 'phone')) return [];
  return aliases.flatMap(({ kind, key }) => (kind === 'lid' ? [key.slice('lid:'.length)] : []));
}

/** The LIDs of all whom a delivery's messages name by a LID alone: their numbers are to be asked for. */
export const listBareLids = ({ items }: Delivery): string[] =>
  items.flatMap(({ translation, excluded }) => {
    if (translation.kind !== 'message' || excluded) return [];
    const { chat, sender } = translation.message;
    return [...bareLid(sender), ...(chat.kind === 'direct' ? bareLid(chat.peer) : [])];
  });
