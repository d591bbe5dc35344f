import { log } from '@temporalio/activity';
import {
  AskAdminError,
  BadRequestError,
  Bitrix24Error,
  ContactGoneError,
  UnclearRefusalError,
  UnknownOutcomeError,
} from '../../bitrix24/errors';
import { toPlaceholder } from '../../domain/digest';
import type { EntryDoc } from '../../store/delivery/entries';
import { unknownAfterMs, type ActivityDeps } from '../deps';
import { toTrouble, type Trouble } from '../failures';
import { recordDelivery } from './record-delivery';
import type { Round } from './round';

/**
 * The outcome of one entry in this round. `lost`: another worker has it; `unknown`: it may be on the page, asked for
 * after `retryAfterMs`, and where its page cannot be read, `trouble` says why; `again`: planned anew, send it now; `stuck`: a person must act first.
 */
export type Sent =
  | { kind: 'delivered' }
  | { kind: 'again' }
  | { kind: 'lost' }
  | { kind: 'unknown'; retryAfterMs: number; trouble?: Trouble }
  | { kind: 'stuck'; trouble: Trouble };

const longestPauseMs = 6 * 3_600_000;

/** Whether the entry may still go: its link is linked, and nobody changed it since the entry was planned. */
async function isCurrent(round: Round, entry: EntryDoc): Promise<boolean> {
  const link = await round.deps.store.links.load(round.link._id);
  return link !== null && link.state === 'linked' && link.change === null && link.epoch === entry.epoch;
}

/**
 * Sends one planned entry. `planned -> sending` happens in the claim, after pacing and immediately before the request;
 * a lost compare-and-set sends nothing.
 */
export async function sendEntry(round: Round, entry: EntryDoc): Promise<Sent> {
  const { store } = round.deps;
  const sending: EntryDoc = { ...entry, state: 'sending', attempt: entry.attempt + 1 };
  let commentId: number;
  try {
    const answer = await round.portal.timeline.addComment({
      contactId: entry.crmContactId,
      text: entry.text,
      lane: entry.lane,
      target: `${entry.target}/${entry.lane}`,
      claim: async (sentAt) => (await isCurrent(round, entry)) && store.entries.beginSending(entry, sentAt),
      patienceMs: round.patienceMs,
      signal: round.signal,
    });
    if (answer.kind === 'notClaimed') return { kind: 'lost' };
    commentId = answer.commentId;
  } catch (error) {
    return afterFailure(round, sending, error);
  }
  const deliveredAt = new Date();
  if (!(await store.entries.markDelivered(sending, commentId, deliveredAt))) return { kind: 'lost' };
  round.deps.onEntry?.('delivered');
  await recordDelivery(round.deps, { ...sending, state: 'delivered', commentId, deliveredAt });
  return { kind: 'delivered' };
}

async function afterFailure(round: Round, sending: EntryDoc, error: unknown): Promise<Sent> {
  const { store, settings, onEntry } = round.deps;
  // Another error says nothing about the request: the entry stays as it is and is looked for.
  if (!(error instanceof Bitrix24Error)) throw error;
  if (error instanceof UnknownOutcomeError) {
    onEntry?.('unknown');
    log.warn('The outcome of an entry is unknown; it will be looked for', factsOf(error, sending));
    if (error instanceof UnclearRefusalError) return leaveUnclear(round.deps, sending, error);
    return { kind: 'unknown', retryAfterMs: unknownAfterMs(settings) };
  }
  if (isOfOneLink(error)) onEntry?.('refused');
  if (error instanceof BadRequestError && !sending.placeholder) {
    const text = toPlaceholder(sending.items.length, error.code, sending.marker);
    await store.entries.putBack(sending, { text, placeholder: true });
    log.warn(
      'Bitrix24 refused the text of an entry; a placeholder goes in its place',
      factsOf(error, sending),
    );
    return { kind: 'again' };
  }
  await store.entries.putBack(sending, {});
  if (isOfOneLink(error)) return { kind: 'stuck', trouble: toTrouble(error) };
  throw error;
}

/** It may be refused again and again: so each time it is left alone for longer before it is looked for and sent anew. */
async function leaveUnclear(
  deps: ActivityDeps,
  sending: EntryDoc,
  error: UnclearRefusalError,
): Promise<Sent> {
  const { backupIntervalMs } = deps.settings;
  const grownMs = backupIntervalMs * 2 ** Math.min(sending.attempt - 1, 10);
  const pauseMs = Math.max(unknownAfterMs(deps.settings), Math.min(grownMs, longestPauseMs));
  const trouble = toTrouble(error);
  await deps.store.entries.lookAgain(sending, new Date(Date.now() + pauseMs), trouble.code);
  return { kind: 'unknown', retryAfterMs: pauseMs, trouble };
}

const isOfOneLink = (error: Bitrix24Error): boolean =>
  error instanceof BadRequestError ||
  error instanceof ContactGoneError ||
  (error instanceof AskAdminError && error.scope === 'command');

const factsOf = (error: Bitrix24Error, entry: EntryDoc) => ({ entryId: entry._id, code: error.code });
