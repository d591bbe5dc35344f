import type { Who } from './access';

/** `pending` waits to be established; only pending and linked links have an open workflow. */
export type LinkState = 'pending' | 'linked' | 'unlinking' | 'unlinked';

/** How a linked contact waits between rounds. */
export type Rhythm = 'rounds' | 'parked' | 'paused';

/** Trouble that needs a person; `since` is ISO. Codes are stable, the advice is a sentence. */
export interface Attention {
  code: string;
  advice: string;
  since: string;
}

/** Why a link exists: the rule, the stored value that matched, and who decided. */
export interface Decision {
  rule: string;
  matchedValue: string | null;
  confidence: number | null;
  by: 'phone' | 'person' | 'created';
  /** Who asked for it; absent where nobody did, or an older version wrote it. */
  who?: Who | undefined;
  at: Date;
}

/** Times as ISO strings, or null before the first. Live lane only; see DESIGN "The clocks". */
export interface Clocks {
  lastSyncAt: string | null;
  lastCheckedAt: string | null;
  lastBackedUpAt: string | null;
}

export type EntryState = 'planned' | 'sending' | 'delivered' | 'removed';

/** Live goes before history; within one chat and lane the page's order is the messages' order. */
export type Lane = 'live' | 'history';
