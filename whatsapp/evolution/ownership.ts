import { isSamePhone, type Alias } from '../../domain/identity';
import { phoneOfJid } from '../../domain/jid';
import { findAlias } from '../people';
import { readPath, readText } from '../web/engine-data';
import { nameOf } from './payload';

/** The account that a delivery must be of. */
export interface Owner {
  e164: string;
  instance: string | null;
}

/**
 * Whether a webhook says that it is of another instance, or of another number than the account's, as after a scan with the wrong phone. What it
 * does not say is no contradiction.
 */
export function findMismatch(
  payload: unknown,
  { e164, instance }: Owner,
): 'wrong_session' | 'wrong_number' | null {
  const named = readText(payload, 'instance');
  if (instance !== null && named !== null && named !== instance) return 'wrong_session';
  const own = readText(payload, 'data', 'wuid') ?? readText(payload, 'sender');
  const number = own === null ? null : phoneOfJid(own);
  return number !== null && !isSamePhone(number, e164) ? 'wrong_number' : null;
}

/** Who wrote what we wrote in a group: that LID is ours. */
export function readOwnLids(payload: unknown): Alias[] {
  const key = readPath(payload, 'data', 'key');
  const isOurs =
    /^(?:messages\.upsert|send\.message)$/.test(nameOf(payload)) && readPath(key, 'fromMe') === true;
  const speaker = isOurs ? findAlias(readText(key, 'participant')) : null;
  return speaker?.kind === 'lid' ? [speaker] : [];
}

/** Baileys' reasons for an end: the phone took the device off its list; WhatsApp forbids the number. */
const reasons = new Map<unknown, string>([
  [401, 'logged_out'],
  [403, 'blocked'],
]);

/** What a webhook says of the connection, in Evolution's word or a plainer one; null for every other event. */
export function readConnection(payload: unknown): string | null {
  const event = nameOf(payload);
  if (event === 'logout.instance' || event === 'remove.instance') return 'logged_out';
  if (event !== 'connection.update') return null;
  const state = readText(payload, 'data', 'state');
  if (state === 'close') return reasons.get(readPath(payload, 'data', 'statusReason')) ?? state;
  return state !== null && /^[a-z]{1,20}$/.test(state) ? state : null;
}
