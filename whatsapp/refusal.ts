import type { IncomingMessage, Translation } from '../domain/message';

/** Ends the translation of one payload: there is no message in it, or none that can be understood. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(readonly translation: Exclude<Translation, { kind: 'message' }>) {
    super(translation.kind);
  }
}

/** Nothing to back up; `reason` is a fixed sentence of ours. */
export const ignored = (reason: string): Refusal => new Refusal({ kind: 'ignored', reason });

/** Kept for a person to look at; `code` is stable snake_case, and neither part holds anything personal. */
export const unreadable = (code: string, reason: string): Refusal =>
  new Refusal({ kind: 'unreadable', unreadable: { code, reason } });

/** What a refusal says; any other error is thrown on. */
export function toTranslationOf(error: unknown): Translation {
  if (error instanceof Refusal) return error.translation;
  throw error;
}

/** The messages that `read` makes, or what its refusal says. */
export function toTranslations(read: () => IncomingMessage[]): Translation[] {
  try {
    return read().map((message) => ({ kind: 'message', message }));
  } catch (error) {
    return [toTranslationOf(error)];
  }
}
