import type { Alias } from '../domain/identity';
import type { Translation } from '../domain/message';

/** What a translation needs to know besides the payload. */
export interface SourceContext {
  /** When the payload reached us: a message from more than a day later is not believed. */
  receivedAt: Date;
  /** The account's own names, which are never a peer; empty where they are not known yet. */
  ownAliases: readonly Alias[];
  /** The account that received it: within it a BSUID is one person's where no portfolio is told. */
  accountId?: string;
}

/** One way messages reach us. Each source knows its own wire format and nothing of storage or the CRM. */
export interface MessageSource {
  /**
   * Never throws and never drops: what is no message says why. The same payload gives the same keys. Without a context the
   * payload is taken as received now, by an account whose names are unknown.
   */
  translate: (payload: unknown, context?: SourceContext) => Translation[];
}
