import { z } from 'zod';

/** A session's states. FAILED and STOPPED bring no messages, SCAN_QR_CODE and the passkey states wait for a person. */
const sessionStates = [
  'STOPPED',
  'STARTING',
  'SCAN_QR_CODE',
  'PASSKEY_REQUIRED',
  'PASSKEY_CONFIRMATION_REQUIRED',
  'WORKING',
  'FAILED',
] as const;
export type SessionState = (typeof sessionStates)[number];

const sessionStatus = z.looseObject({
  event: z.literal('session.status'),
  payload: z.looseObject({ status: z.enum(sessionStates) }),
});

/** The state in a `session.status` event; null for every other event and for states that we do not know. */
export function readSessionStatus(payload: unknown): SessionState | null {
  const result = sessionStatus.safeParse(payload);
  return result.success ? result.data.payload.status : null;
}
