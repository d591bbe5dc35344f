import { z } from 'zod';

const text = z.string().nullish().catch(null);
const accountShape = z.looseObject({ event: text, phone_number: text });

/** Events of an account at Meta that say how its numbers are; others say nothing of it. */
const events: Record<string, string> = {
  PARTNER_REMOVED: 'logged_out',
  ACCOUNT_OFFBOARDED: 'logged_out',
  ACCOUNT_DELETED: 'logged_out',
  DISABLED_UPDATE: 'blocked',
  ACCOUNT_RECONNECTED: 'connected',
  PARTNER_ADDED: 'connected',
};

/** A number's states at Meta; others pass, or say nothing. */
const states: Record<string, string> = {
  CONNECTED: 'connected',
  FLAGGED: 'connected',
  BANNED: 'blocked',
  RESTRICTED: 'blocked',
  DELETED: 'logged_out',
  DISCONNECTED: 'logged_out',
  MIGRATED: 'logged_out',
  UNVERIFIED: 'logged_out',
};

const find = (words: Record<string, string>, word: string | null | undefined): string | null =>
  word && Object.hasOwn(words, word) ? (words[word] ?? null) : null;

/** The source's word on itself that a number's state at Meta comes to; null: it says nothing. */
export const wordOfStatus = (status: string | null): string | null => find(states, status);

/** What a change says of the business account; `phone` null: of all its numbers. */
export function readAccountWord(value: unknown): { word: string; phone: string | null } | null {
  const { data } = accountShape.safeParse(value);
  const word = find(events, data?.event);
  return data && word ? { word, phone: data.phone_number ?? null } : null;
}
