import { createAsking, type Asking } from '../../rest/asking';
import type { ServerWords } from '../../rest/errors';

const words: ServerWords = {
  name: 'WAHA',
  advice: {
    unreachable: 'Check that WAHA runs and that its address can be reached from here.',
    key: 'Set the account’s apiKey to WAHA’s own (WAHA_API_KEY).',
    missing: 'Set the account up again: WAHA no longer has its session.',
    state: 'Look at the session’s state: it must be started, and scanned for chats.',
    answer: 'Check the account’s baseUrl: what answers there is not a WAHA that is known here.',
  },
};

export interface WahaClientOptions {
  /** The address of WAHA, with a path where a proxy puts it below one. */
  baseUrl: string;
  /** Null: WAHA runs without a key. */
  apiKey: string | null;
  /** The session's name in WAHA. */
  session: string;
  timeoutMs?: number;
}

/** The parts of this room ask through this. */
export interface WahaAsking extends Asking {
  /** Encoded for a path. */
  session: string;
}

export function createWahaAsking({ baseUrl, apiKey, session, timeoutMs }: WahaClientOptions): WahaAsking {
  const headers: Record<string, string> = apiKey === null ? {} : { 'x-api-key': apiKey };
  return {
    ...createAsking({ words, baseUrl, headers, timeoutMs }),
    session: encodeURIComponent(session),
  };
}
