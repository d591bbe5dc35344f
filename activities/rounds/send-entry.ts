import { log } from '@temporalio/activity';
import {
  AskAdminError,
  BadRequestError,
  Bitrix24Error,
  ContactGoneError,
  UnclearRefusalError,
  UnknownOutcomeError,
} from '../../bitrix24/errors';
import { textRules, toPlaceholder } from '../../domain/digest';
import { pauseOfUnclear } from '../../domain/rhythm/pause-after';
import type { EntryDoc } from '../../store/delivery/entries';
import { unknownAfterMs } from '../deps';
import { toTrouble, trouble, type Trouble } from '../failures';
import { countFiles } from '../files/count-files';
import { dropBroken, dropRefused, isOfFiles } from '../files/drop-files';
import { listBroken, openFiles } from '../files/entry-files';
import { recordDelivery } from './record-delivery';
import type { Round } from './round';
import { toTookMs } from './timeliness';

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
  const broken = await listBroken(store, entry);
  if (broken.length > 0) return dropBroken(round.deps, entry, broken);
  const sending: EntryDoc = { ...entry, state: 'sending', attempt: entry.attempt + 1 };
  const waitMs = entry.files?.length ? unknownAfterMs(round.deps.settings, entry.files) : null;
  const knownAt = (sentAt: Date) => (waitMs === null ? null : new Date(sentAt.getTime() + waitMs));
  let commentId: number;
  try {
    const answer = await round.portal.timeline.addComment({
      contactId: entry.crmContactId,
      text: entry.text,
      files: openFiles(store, entry),
      lane: entry.lane,
      target: `${entry.target}/${entry.lane}`,
      claim: async (sentAt) =>
        (await isCurrent(round, entry)) && store.entries.beginSending(entry, sentAt, knownAt(sentAt)),
      patienceMs: round.patienceMs,
      signal: round.signal,
    });
    if (answer.kind === 'notClaimed') return { kind: 'lost' };
    if (answer.kind === 'noPlace') return { kind: 'unknown', retryAfterMs: answer.retryAfterMs };
    commentId = answer.commentId;
  } catch (error) {
    return afterFailure(round, sending, error);
  }
  const deliveredAt = new Date();
  if (!(await store.entries.markDelivered(sending, commentId, deliveredAt))) return { kind: 'lost' };
  round.deps.onEntry?.('delivered', toTookMs(sending, deliveredAt));
  const delivered: EntryDoc = { ...sending, state: 'delivered', commentId, deliveredAt };
  await countFiles(round.deps, round.portal, delivered);
  await recordDelivery(round.deps, delivered);
  return { kind: 'delivered' };
}

async function afterFailure(round: Round, sending: EntryDoc, error: unknown): Promise<Sent> {
  const { store, settings, onEntry } = round.deps;
  // Another error says nothing about the request: the entry stays as it is and is looked for.
  if (!(error instanceof Bitrix24Error)) throw error;
  if (error instanceof UnknownOutcomeError) {
    onEntry?.('unknown');
    log.warn('The outcome of an entry is unknown; it will be looked for', factsOf(error, sending));
    return { kind: 'unknown', retryAfterMs: unknownAfterMs(settings, sending.files) };
  }
  if (sending.files?.length && isOfFiles(error, sending)) {
    onEntry?.('refused');
    return dropRefused(round.deps, sending, error);
  }
  if (isOfOneLink(error)) onEntry?.('refused');
  if (isOfText(error) && !sending.placeholder) return replaceText(round, sending, error);
  if (error instanceof UnclearRefusalError || error instanceof BadRequestError)
    return waitUnchanged(round, sending, error);
  await store.entries.putBack(sending, {});
  if (isOfOneLink(error)) return { kind: 'stuck', trouble: toTrouble(error) };
  throw error;
}

const isOfText = (error: Bitrix24Error): error is BadRequestError =>
  error instanceof BadRequestError && error.isAboutText;

/** A placeholder goes in place of the text, which stays on the entry: it can be sent again as it was. */
async function replaceText({ deps }: Round, sending: EntryDoc, error: BadRequestError): Promise<Sent> {
  const { code } = error;
  const text = toPlaceholder(sending.items.length, code, sending.marker);
  const refused = { text: sending.text, code, textRules };
  await deps.store.entries.putBack(sending, { text, placeholder: true, refused });
  log.warn('Bitrix24 refused the text of an entry; a placeholder goes in its place', factsOf(error, sending));
  return { kind: 'again' };
}

/**
 * Refused for a reason that is not seen to be its text: it keeps its words, is looked for on the page since part of the request
 * may have been carried out, and goes again after a pause that grows. A placeholder that is refused too proves that it never
 * was the text.
 */
async function waitUnchanged({ deps }: Round, sending: EntryDoc, error: Bitrix24Error): Promise<Sent> {
  const { store, settings } = deps;
  const { refused } = sending;
  const original = refused ? { text: refused.text, placeholder: false, refused: null } : {};
  const notBefore = new Date(Date.now() + pauseOfUnclear(sending.attempt));
  await store.entries.holdBack(sending, notBefore, original);
  log.warn('Bitrix24 refused an entry for a reason that is not known', factsOf(error, sending));
  return { kind: 'unknown', retryAfterMs: unknownAfterMs(settings), trouble: heldBack() };
}

const heldBack = () => trouble('refusal_unclear', { portalWide: false });

/** What is to be said of a planned entry that does not go yet, since it was refused unclearly; null: it goes. */
export function toHeldBack({ notBefore }: EntryDoc): Sent | null {
  const retryAfterMs = (notBefore?.getTime() ?? 0) - Date.now();
  return retryAfterMs > 0 ? { kind: 'unknown', retryAfterMs, trouble: heldBack() } : null;
}

const isOfOneLink = (error: Bitrix24Error): boolean =>
  error instanceof BadRequestError ||
  error instanceof UnclearRefusalError ||
  error instanceof ContactGoneError ||
  (error instanceof AskAdminError && error.scope === 'command');

const factsOf = (error: Bitrix24Error, entry: EntryDoc) => ({ entryId: entry._id, code: error.code });
