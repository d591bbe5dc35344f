import type { IncomingMessage } from '../domain/message';
import type { AccountDoc } from '../store/accounts';
import type { ChatAddress } from '../store/chats/chats';
import { noteSeenBy } from '../store/chats/group-list';
import type { PersonDoc } from '../store/people/people';
import type { Saved } from './message-drafts';
import { changeNumber } from './number-change';
import { toOurs } from './groups/as-ours';
import type { Received } from './delivery';
import type { Acquaintance } from './hearsay/acquaintance';
import { resolveRun } from './resolve-people';
import { routeVersions, type Routed } from './routing';
import { saveMessages } from './save-messages';
import type { Store } from '../store/store';

/** `accepted` is a message not seen before, `updated` a new change of one, `duplicate` nothing new, `excluded` not wanted of this person or chat. */
export type Outcome = 'accepted' | 'updated' | 'duplicate' | 'excluded';

/** The fate of each message, the parked links that must be woken, and the files that were noted. */
export interface Ingested extends Routed {
  outcomes: Outcome[];
}

/** After a message that had to be looked at alone, so many at first: it may not be the only one. */
const nextRun = 16;

function toAddress({ account, message: { chat } }: Received, person: PersonDoc | null): ChatAddress {
  if (chat.kind === 'group') return { groupJid: chat.groupJid, title: chat.title };
  return { accountId: account._id, personId: person?._id ?? '' };
}

function outcomeOf({ isNew, version }: Saved): Outcome {
  if (!isNew) return 'duplicate';
  return version.change === 'create' ? 'accepted' : 'updated';
}

/** Whose messages they are, who delivered them, and what was read just now of the people they name. */
interface Origin {
  portalId: string;
  source: string;
  known?: Acquaintance | undefined;
}

/** One run of messages, each with the person it names: step by step for all of them. */
async function ingestRun(
  store: Store,
  { portalId, known }: Origin,
  run: readonly Received[],
  people: readonly (PersonDoc | null)[],
): Promise<Ingested> {
  const addresses = run.map((received, index) => toAddress(received, people[index] ?? null));
  const chats = await store.chats.findOrCreate(portalId, addresses, known?.chats);
  const arrivals = run.flatMap(({ account, message }, index) => {
    const chat = chats[index];
    const speaker = message.chat.kind === 'direct' && message.fromMe ? null : people[index];
    if (!chat || people[index]?.excluded || chat.excluded) return [];
    return [{ index, message, chat, accountId: account._id, speakerId: speaker?._id ?? null }];
  });
  await noteSeenBy(store, arrivals);
  const saved = await saveMessages(store, arrivals);
  const outcomes: Outcome[] = run.map(() => 'excluded');
  for (const [at, { index }] of arrivals.entries()) {
    const one = saved[at];
    if (one) outcomes[index] = outcomeOf(one);
  }
  return { outcomes, ...(await routeVersions(store, saved)) };
}

/**
 * Stores translated messages of one portal in their order. The order of writes: a changed number, people and chats, message versions,
 * outbox rows, which links are parked, `routedAt`; each for all messages of a run before the next. A crash in between leaves versions
 * without `routedAt`; redelivery or the sweep goes on.
 */
export async function ingestReceived(
  store: Store,
  given: readonly Received[],
  { known, ...origin }: Origin,
): Promise<Ingested> {
  const { portalId, source } = origin;
  const received = await toOurs(store, portalId, given);
  const outcomes: Outcome[] = [];
  const parked = new Set<string>();
  const files: Routed['files'] = [];
  let width = received.length;
  for (let start = 0; start < received.length;) {
    const next = received.slice(start, start + width);
    const messages = next.map(({ message }) => message);
    const [first] = messages;
    // First, and with every delivery: the notice itself belongs to the one who had the old number.
    if (first?.numberChange) await changeNumber(store, portalId, first.numberChange, first.sentAt, source);
    // What was read before holds until something changes people: a notice, or the run before.
    const asRead = { ...origin, known: start > 0 || first?.numberChange ? undefined : known };
    const people = await resolveRun(store, messages, asRead);
    const done = await ingestRun(store, asRead, next.slice(0, people.length), people);
    outcomes.push(...done.outcomes);
    files.push(...done.files);
    for (const linkId of done.parkedLinkIds) parked.add(linkId);
    start += people.length;
    width = people.length < next.length ? nextRun : width * 2;
  }
  return { outcomes, parkedLinkIds: [...parked], files };
}

/** The same for messages that one account received. */
export const ingestMessages = (
  store: Store,
  account: AccountDoc,
  messages: readonly IncomingMessage[],
  source: string,
): Promise<Ingested> =>
  ingestReceived(
    store,
    messages.map((message) => ({ account, message })),
    { portalId: account.portalId, source },
  );

/** The same for one message. */
export async function ingestMessage(
  store: Store,
  account: AccountDoc,
  message: IncomingMessage,
  source: string,
): Promise<{ outcome: Outcome; parkedLinkId: string | null }> {
  const { outcomes, parkedLinkIds } = await ingestMessages(store, account, [message], source);
  return { outcome: outcomes[0] ?? 'duplicate', parkedLinkId: parkedLinkIds[0] ?? null };
}
