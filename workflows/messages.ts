import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Attention, Clocks, LinkState, Rhythm } from '../domain/link';

/** The one task queue of the product. */
export const taskQueue = 'contact-link';

/** Names of the workflows, for starting them without their code. */
export const contactLinkWorkflowName = 'contactLinkWorkflow';
export const portalWatchWorkflowName = 'portalWatchWorkflow';
export const historyImportWorkflowName = 'historyImportWorkflow';
export const forgetPersonWorkflowName = 'forgetPersonWorkflow';

/**
 * A watch is one among thousands of workflows, and the one that helps them all after an outage: its steps come first. 1 is the first
 * of five; links have the usual 3.
 */
export const watchPriority = { priorityKey: 1 } as const;

/** Where the server keeps portals apart (`matching.enableFairness`), the tasks of one that is busy leave the others their turn. */
export const linkPriorityOf = (portalId: string) => ({ priorityKey: 3, fairnessKey: portalId });

/** The past waits behind everything that is new. */
export const importPriorityOf = (portalId: string) => ({ priorityKey: 5, fairnessKey: portalId });

/** The outcome of a request to link. `pending`: nothing yet. `reviewId` names the review of a doubtful outcome. */
export interface LinkOutcome {
  outcome: 'linked' | 'ambiguous' | 'unmatched' | 'unlinked' | 'pending';
  reviewId: string | null;
}

/**
 * What Temporal's lists can be searched by: three of the ten attributes of type Keyword that a namespace on PostgreSQL may have, and one of its
 * three dates. Nothing personal: Temporal keeps them readable.
 */
export const searchAttributes = {
  portal: { name: 'ContactLinkPortal', type: 'KEYWORD' },
  state: { name: 'ContactLinkState', type: 'KEYWORD' },
  attention: { name: 'ContactLinkAttention', type: 'KEYWORD' },
  lastSync: { name: 'ContactLinkLastSync', type: 'DATETIME' },
} as const;

/** What a step says for Temporal's lists, where they have our attributes. */
export interface Listing {
  portalId: string;
}

/** A link as its workflow answers for it: ids, counts and times only. Times are ISO strings. */
export interface LinkStatus extends Clocks {
  linkId: string;
  state: LinkState;
  rhythm: Rhythm;
  attention: Attention | null;
  nextRoundAt: string | null;
  /** Quiet rounds follow `nextRoundAt` so far apart, without the workflow being told of each; absent before there were any. */
  everyMs?: number;
  pendingMessages: number;
  messagesBackedUp: number;
}

/** A portal's watch as it answers for itself. */
export interface WatchStatus {
  portalId: string;
  lastSweepAt: string | null;
  nextSweepAt: string | null;
  attention: Attention | null;
  linksWoken: number;
  messagesRouted: number;
  /** Newcomers linked by their number, and contacts asked for because the policy wants them. */
  newcomersLinked: number;
  contactsCreated: number;
  /** Changed contacts of the CRM that were looked at, and links that changed to another contact for it. */
  contactsFollowed: number;
  linksMoved: number;
  /** Entries that were delivered by draining a backlog, before the links' own rounds came to them. */
  entriesDrained: number;
}

/** An import of a source's history as its workflow answers for it. */
export interface ImportStatus {
  importId: string;
  /** What its next step waits for; `ended`: there is none. */
  next: 'more' | 'turn' | 'source' | 'chats' | 'ended';
  state: 'running' | 'question' | 'done' | 'failed' | 'cancelled';
  attention: Attention | null;
  /** Chats. */
  done: number;
  total: number;
  failed: number;
  messagesRead: number;
  messagesFound: number;
}

/** The forgetting of a person as its workflow answers for it: counts of its phases only. */
export interface ForgettingStatus {
  operationId: string;
  next: 'more' | 'waits' | 'ended';
  phase: string;
  done: number;
  total: number;
  attention: Attention | null;
}

/** Waits up to 30 s until the saved request has an outcome. Idempotent: a linked link answers at once. */
export const linkUpdate = defineUpdate<LinkOutcome, []>('link');
/** Carries out the change saved on the link: another contact. */
export const changeContactUpdate = defineUpdate<LinkStatus, []>('changeContact');
/** Carries out the change saved on the link: its end. */
export const unlinkUpdate = defineUpdate<LinkStatus, []>('unlink');

/** Starts a round now. During a round: one more follows at once. */
export const backUpNowSignal = defineSignal<[]>('backUpNow');
/** A message waits for a parked link. A link in rounds takes it with its next round. */
export const messagesArrivedSignal = defineSignal<[]>('messagesArrived');
/** No more rounds until resumed; what arrives waits. */
export const pauseSignal = defineSignal<[]>('pause');
/** Rounds go on, the first one now. */
export const resumeSignal = defineSignal<[]>('resume');
/** The sweep runs now instead of at its next time. */
export const sweepNowSignal = defineSignal<[]>('sweepNow');

/** The next step of an import is taken now: it was cancelled or resumed, or its source may be back. */
export const wakeImportSignal = defineSignal<[]>('wakeImport');

/** Everything received up to then is on the contact's page; ISO, or null before the first round. */
export const lastSyncTimeQuery = defineQuery<string | null>('lastSyncTime');
export const statusQuery = defineQuery<LinkStatus>('status');
export const watchStatusQuery = defineQuery<WatchStatus>('status');
export const forgettingProgressQuery = defineQuery<ForgettingStatus>('progress');
export const importProgressQuery = defineQuery<ImportStatus>('progress');
