import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  patched,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { Attention } from '../domain/link';
import { showInLists, takeListingOf, unlisted, type ListedFacts, type Lists } from './lists';
import type { LinkOutcome, LinkStatus } from './messages';
import type { Activities } from '../activities';

export type RoundResult = NonNullable<Awaited<ReturnType<Activities['uploadMessages']>>>;

/** The whole state of a link's workflow; it goes on in the next run as it is. */
export interface LinkWorkflowState extends Lists {
  status: LinkStatus;
  outcome: LinkOutcome | null;
  quietRounds: number;
  arrivals: number;
  intervalMs: number;
  parkAfterQuietRounds: number | null;
  retryAfterMs: number | null;
  /** Rounds in a row that left something to be tried again soon. */
  retries: number;
  /** Quiet rounds are those of one activity, and where the link's next round has its place; absent before a round of this version. */
  awaits?: boolean | undefined;
  untilNextMs?: number | undefined;
  /** Tries of the change under way; 0: none is. */
  changeTries: number;
}

/** Wishes that handlers record and the plot fulfils. What ends a wait is reset by the try that follows it. */
export interface Wishes {
  /** A try is wanted now: of a round, of establishing the link, of its change. */
  nudged: boolean;
  /** A person wants it, and waits for no pause. */
  asked: boolean;
  /** A resume came since the last round began. */
  resumed: boolean;
  /** A change was asked for since the last try of one began. */
  changeAsked: boolean;
  /** A change is saved on the link, or may be, and is not finished. */
  change: boolean;
}

/**
 * Waits of runs from here on end with a wake that came after the last try began. Runs that began before may hold a wake that
 * ended several.
 */
export const areWaitsCalm = (): boolean => patched('calm-waits');

/** A link that was linked before its workflow began: it has nothing to establish. `parked`: and nothing waits for it. */
export type Born = 'linked' | 'parked';

export interface ContactLinkInput {
  linkId: string;
  born?: Born;
  /** Absent in a link's first run; what a run of an older version did not know yet is absent in it. */
  carried?: Partial<LinkWorkflowState>;
}

const defaultIntervalMs = 180_000;

export function newLinkState(linkId: string): LinkWorkflowState {
  const status: LinkStatus = {
    linkId,
    state: 'pending',
    rhythm: 'rounds',
    attention: null,
    lastSyncAt: null,
    lastCheckedAt: null,
    lastBackedUpAt: null,
    nextRoundAt: null,
    pendingMessages: 0,
    messagesBackedUp: 0,
  };
  return {
    status,
    outcome: null,
    quietRounds: 0,
    arrivals: 0,
    intervalMs: defaultIntervalMs,
    parkAfterQuietRounds: null,
    retryAfterMs: null,
    retries: 0,
    changeTries: 0,
    ...unlisted,
  };
}

/** What is stored of a link that is linked already. */
export function takeBirth(self: LinkWorkflowState, born: Born): void {
  self.outcome = { outcome: 'linked', reviewId: null };
  self.status = { ...self.status, state: 'linked', rhythm: born === 'parked' ? 'parked' : 'rounds' };
}

/** Takes over what a round found. A pause that was asked for meanwhile stays. */
export function takeResult(self: LinkWorkflowState, result: RoundResult): void {
  const {
    delivered,
    quiet,
    arrivals,
    intervalMs,
    parkAfterQuietRounds,
    retryAfterMs,
    changeWaits,
    awaits,
    untilNextMs,
    listing = null,
    ...shown
  } = result;
  const rhythm =
    self.status.rhythm === 'paused' ? 'paused' : shown.rhythm === 'parked' ? 'rounds' : shown.rhythm;
  self.status = { ...self.status, ...shown, rhythm };
  self.quietRounds = quiet && !changeWaits ? self.quietRounds + 1 : 0;
  self.retries = retryAfterMs === null ? 0 : self.retries + 1;
  Object.assign(self, { arrivals, intervalMs, parkAfterQuietRounds, retryAfterMs, awaits, untilNextMs });
  if (delivered > 0) self.quietRounds = 0;
  self.listing = listing;
}

/** The meaning of a failed activity to a person; any other error goes on its way. */
export function attentionOf(error: unknown, since: Attention | null, now: Date): Attention {
  if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
  const { cause } = error;
  const code = (cause instanceof ApplicationFailure && cause.type) || 'interrupted';
  const advice =
    cause instanceof ApplicationFailure ? cause.message : 'A step was interrupted; it is tried again.';
  return { code, advice, since: since?.code === code ? since.since : now.toISOString() };
}

/** A failed step says the interval, too: before the first round that succeeded nothing else has. Failures of older versions do not. */
function intervalOf(error: unknown): number | null {
  const cause = error instanceof ActivityFailure ? error.cause : null;
  const [, said] = (cause instanceof ApplicationFailure && cause.details) || [];
  const isSaid = typeof said === 'object' && said !== null && 'intervalMs' in said;
  return isSaid && typeof said.intervalMs === 'number' ? said.intervalMs : null;
}

/** A step failed: what it means is the link's attention until one succeeds. */
export function takeTrouble(self: LinkWorkflowState, error: unknown): void {
  self.status.attention = attentionOf(error, self.status.attention, new Date());
  self.intervalMs = intervalOf(error) ?? self.intervalMs;
  takeListingOf(self, error);
}

/** Shows a link on its page in Temporal's Web UI, states, counts and times, and in its lists. */
export function showDetails(self: LinkWorkflowState): void {
  setCurrentDetails(toDetails(self));
  showInLists(self, toListed(self));
}

export const toListed = ({ status }: LinkWorkflowState): ListedFacts => ({
  // State and rhythm in one word.
  state: status.state === 'linked' ? status.rhythm : status.state,
  attention: status.attention?.code ?? null,
  lastSyncAt: status.lastSyncAt,
  changedAt: status.lastBackedUpAt,
});

function toDetails({ status }: LinkWorkflowState): string {
  const { state, rhythm, attention, pendingMessages, messagesBackedUp } = status;
  const lines = [
    `**${state}**, ${rhythm}`,
    `- on the page: ${messagesBackedUp}, waiting: ${pendingMessages}`,
    `- everything up to ${status.lastSyncAt ?? '(nothing yet)'} is on the page`,
    `- last checked ${status.lastCheckedAt ?? 'never'}, last backed up ${status.lastBackedUpAt ?? 'never'}`,
    `- next round ${status.nextRoundAt ?? 'when something arrives'}`,
  ];
  if (attention)
    lines.push(`- attention since ${attention.since}: **${attention.code}** ${attention.advice}`);
  return lines.join('\n');
}
