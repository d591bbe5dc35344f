import type { MessageVersion } from './message-schema';

/** A version as ingest makes it. */
export type NewVersion = Omit<MessageVersion, 'v' | 'routedAt' | 'entryId'>;

/** The version with its number, as it is stored: routed nowhere and in no entry yet. */
export const toStored = (version: NewVersion, v: number): MessageVersion => ({
  ...version,
  v,
  routedAt: null,
  entryId: null,
});
