import { z } from 'zod';
import { isSamePhone } from '../../domain/identity';
import { phoneOfJid } from '../../domain/jid';

const claimed = z.looseObject({
  session: z.string().nullish().catch(null),
  me: z.looseObject({ id: z.string() }).nullish().catch(null),
});

/** The account that a delivery must be of; `session` is null where we never asked WAHA and do not know its name. */
export interface Owner {
  e164: string;
  session: string | null;
}

/**
 * Whether a webhook says that it is of another session, or of another number than the account's, as after a scan with the wrong
 * phone. What it does not say is no contradiction.
 */
export function findMismatch(
  payload: unknown,
  { e164, session }: Owner,
): 'wrong_session' | 'wrong_number' | null {
  const { data } = claimed.safeParse(payload);
  if (session !== null && data?.session && data.session !== session) return 'wrong_session';
  const own = data?.me ? phoneOfJid(data.me.id) : null;
  return own !== null && !isSamePhone(own, e164) ? 'wrong_number' : null;
}

const stamped = z.looseObject({ timestamp: z.number().positive() });

/** When WAHA made the event: never later than we received it; null where it does not say. */
export function readEventTime(payload: unknown, receivedAt: Date): Date | null {
  const { data } = stamped.safeParse(payload);
  if (!data) return null;
  return new Date(Math.min(data.timestamp, receivedAt.getTime()));
}
