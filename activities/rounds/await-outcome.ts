import { setTimeout as sleep } from 'node:timers/promises';
import { ContactGoneError } from '../../bitrix24/errors';
import type { EntryDoc } from '../../store/delivery/entries';
import { unknownAfterMs } from '../deps';
import type { Sent } from './send-entry';
import { isTroubleCode, toTrouble, trouble } from '../failures';
import type { Round } from './round';

const pollMs = 500;
const pollsOfAnotherProcess = 10;
const lookAgainMs = 2_000;

/** How long until this sending entry's request has been carried out or never will be; 0 when it is over. */
export function remainingMs(round: Round, entry: EntryDoc): number {
  const sentAt = entry.sentAt?.getTime() ?? 0;
  const waitMs = unknownAfterMs(round.deps.settings, entry.files);
  // A stamp from another machine's future is read as now: the wait is never longer than one whole wait.
  return Math.max(0, Math.min(waitMs, sentAt + waitMs - Date.now()));
}

/** The outcome of an entry that was sending; null while it is. */
function toSent(before: EntryDoc, now: EntryDoc | null): Sent | null {
  if (!now) return { kind: 'lost' };
  if (now.state === 'delivered') return { kind: 'delivered' };
  if (now.state === 'planned') return { kind: 'again' };
  if (now.state === 'removed' || now.attempt !== before.attempt) return { kind: 'lost' };
  return toUnread(now);
}

/** What is to be said of an entry that no page could be read for, until it is looked for again; null: it may be looked for. */
function toUnread(entry: EntryDoc): Sent | null {
  const { lookAgainAt, lookAgainWhy } = entry;
  const retryAfterMs = (lookAgainAt?.getTime() ?? 0) - Date.now();
  if (retryAfterMs <= 0) return null;
  const code = lookAgainWhy && isTroubleCode(lookAgainWhy) ? lookAgainWhy : 'contact_gone';
  if (code === 'contact_gone') return { kind: 'stuck', trouble: goneTrouble(entry) };
  return { kind: 'unknown', retryAfterMs, trouble: trouble(code) };
}

const goneTrouble = ({ crmContactId }: EntryDoc) =>
  toTrouble(new ContactGoneError({ code: 'NOT_FOUND', crmContactId }));

/**
 * Awaits the outcome of an entry that is still `sending`: the portal's request limit is waited out, then a pass over all entries
 * of unknown outcome of its portal is joined.
 */
export async function awaitOutcome(round: Round, entry: EntryDoc): Promise<Sent> {
  const leftMs = remainingMs(round, entry);
  if (leftMs > 0) return { kind: 'unknown', retryAfterMs: leftMs };
  const { store, searchPass } = round.deps;
  const unread = toUnread(entry);
  if (unread) return unread;
  for (let polls = 0; polls < pollsOfAnotherProcess; polls += 1) {
    const pass = await searchPass(round.portal);
    const sent = toSent(entry, await store.entries.load(entry._id));
    if (sent) return sent;
    // More than fifty wait: the next pass is for the next fifty.
    if (pass === 'elsewhere') await sleep(pollMs, undefined, { signal: round.signal });
  }
  return { kind: 'unknown', retryAfterMs: lookAgainMs };
}
