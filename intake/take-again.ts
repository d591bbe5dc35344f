import { readingRules } from '../domain/content/reading-rules';
import type { Translation, Unreadable } from '../domain/message';
import type { Taken } from './take-in';
import type { UnreadableDoc } from '../store/unreadable';
import type { Store } from '../store/store';
import { takeInAll } from './take-in';

/** What became of a payload that was read again, and the parked links to wake. */
export interface TakenAgain {
  /** `nothing`: it is no message. */
  outcome: 'read' | 'nothing' | 'unreadable';
  parkedLinkIds: string[];
}

/** The account may be gone: then nobody can say whose the message is. */
const accountGone: Unreadable = {
  code: 'account_gone',
  reason: 'The account that received it does not exist any more.',
};

/** Stored again it is the same payload, and the same row. */
function parse(json: string | null): unknown {
  try {
    return json === null ? undefined : (JSON.parse(json) as unknown);
  } catch {
    return undefined;
  }
}

/** Whether its account's policy cannot say yet if it is wanted: the row stays what it waits in. */
const heldIn = (taken: readonly Taken[]): Unreadable | null => {
  const held = taken.find((one) => one.outcome === 'unreadable');
  return held?.outcome === 'unreadable' ? { code: held.code, reason: held.reason } : null;
};

const whyOf = (translation: Translation): Unreadable | null => {
  if (translation.kind === 'unreadable') return translation.unreadable;
  return translation.kind === 'message' ? (translation.unread ?? null) : null;
};

/**
 * Takes in what a payload says under today's rules, as if it came now; its row goes last. Safe to repeat: a process that dies in between has
 * stored messages that are recognised when the row is read once more. A message that was told by its placeholder gets a new version.
 */
export async function takeAgain(
  store: Store,
  row: UnreadableDoc,
  translations: readonly Translation[],
): Promise<TakenAgain> {
  const { _id, accountId, source } = row;
  const account = await store.accounts.load(accountId);
  const unread = account ? (translations.map(whyOf).find((one) => one !== null) ?? null) : accountGone;
  if (!account || translations.every(({ kind }) => kind === 'unreadable')) {
    await store.unreadable.noteRead(_id, unread ?? accountGone, readingRules);
    return { outcome: 'unreadable', parkedLinkIds: [] };
  }
  const messages = translations.flatMap((one) => (one.kind === 'message' ? [one.message] : []));
  const kept = { raw: parse(row.raw), context: parse(row.context) };
  const items = messages.map((message) => ({
    ...kept,
    translation: { kind: 'message' as const, message },
  }));
  // It is no sign of life of the source: it came long ago.
  const delivery = { source, items, isAsked: true };
  const { taken, parkedLinkIds } = await takeInAll(store, [{ account, delivery }]);
  const why = heldIn(taken.flat()) ?? unread;
  if (why) await store.unreadable.noteRead(_id, why, readingRules);
  else await store.unreadable.remove(_id);
  return { outcome: why ? 'unreadable' : items.length > 0 ? 'read' : 'nothing', parkedLinkIds };
}
