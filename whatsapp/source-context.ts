import type { Alias } from '../domain/identity';

/** The facts that a translation needs besides the payload. */
export interface SourceContext {
  /** When the payload reached us: a message from more than a day later is not believed. */
  receivedAt: Date;
  /** The account's own names, which are never a peer; empty where they are not known yet. */
  ownAliases: readonly Alias[];
  /** The account that received it: within it a BSUID is one person's where no portfolio is given. */
  accountId?: string;
}
