import type { Translation } from '../domain/message';

/** A chat as the source lists it. `lastMessageAt` is null where the source does not say it. */
export interface HistoryChat {
  jid: string;
  lastMessageAt: Date | null;
}

/** One message of a chat's history: as the source gave it, and what it means. */
export interface HistoryMessage {
  raw: unknown;
  translation: Translation;
}

/** A time with both its ends, in whole seconds. */
export interface HistoryRange {
  from: Date;
  to: Date;
}

export interface HistoryPage {
  offset: number;
  limit: number;
  signal: AbortSignal;
}

/** A page may be short, or hold nothing that is wanted, and not be the last one. */
export interface Listed<Item> {
  items: Item[];
  isLast: boolean;
}

/**
 * What a source still has of the past. It is asked in pages and may be asked the same again. Throws `SourceAwayError` when asking later
 * may help, and `SourceRefusedError` when a person has to do something first.
 */
export interface HistorySource {
  /** The name under which its messages are stored, as that of its live ones. */
  readonly name: string;
  listChats(page: HistoryPage): Promise<Listed<HistoryChat>>;
  /** The messages of one chat within the range, the newest first. */
  listMessages(jid: string, range: HistoryRange, page: HistoryPage): Promise<Listed<HistoryMessage>>;
}

/** The source cannot be asked now; nothing is wrong with the question. */
export class SourceAwayError extends Error {
  override readonly name = 'SourceAwayError';

  constructor(
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super('The source does not answer', options);
  }
}

/** The source will not give its history until a person changed something; `advice` says what, and nothing personal. */
export class SourceRefusedError extends Error {
  override readonly name = 'SourceRefusedError';

  constructor(
    readonly advice: string,
    options?: ErrorOptions,
  ) {
    super('The source refuses its history', options);
  }
}
