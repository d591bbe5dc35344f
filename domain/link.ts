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

/** The rules of a match that are no rules of numbers; the workspace has words for each. */
export const decisionRules = [
  'chosen by a person',
  'created from WhatsApp',
  'linked',
  'a contact has this number but cannot be read',
  'found by Bitrix24, and its value is not surely this number',
] as const;
export type DecisionRule = (typeof decisionRules)[number];

/** Everything that a link's history records; the workspace has words for each. */
export const linkEvents = [
  'requested',
  'linked',
  'ambiguous',
  'unmatched',
  'paused',
  'resumed',
  'unlink',
  'unlinked',
  'changeContact',
  'contact changed',
  'change refused',
  'contact chosen by a person',
  'kept by a person',
  'the contact is gone from the CRM',
  'the contact is gone, this one has the number now',
  'the number was removed from the contact',
  'the number moved to this contact',
  'the contact has the number again',
  'merged with another name of this person',
  'given to the merged person',
  'the portal was disconnected',
  'forgotten',
] as const;
export type LinkEventName = (typeof linkEvents)[number];

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
