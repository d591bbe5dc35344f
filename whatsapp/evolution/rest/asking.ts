import { createAsking, type Asking } from '../../rest/asking';
import type { ServerWords } from '../../rest/errors';

export const words: ServerWords = {
  name: 'Evolution',
  advice: {
    unreachable: 'Check that the Evolution server runs and that its address can be reached from here.',
    key: 'Set the account’s apiKey to the server’s own (AUTHENTICATION_API_KEY), or to the instance’s.',
    missing: 'Set the account up again: the Evolution server no longer has its instance.',
    state: 'Look at the instance’s state: it must be connected.',
    answer: 'Check the account’s baseUrl: what answers there is not an Evolution API of version 2.',
  },
};

export interface EvolutionClientOptions {
  /** The address of the server, with a path where a proxy puts it below one. */
  baseUrl: string;
  /** The server's key, or the instance's own. */
  apiKey: string;
  /** The instance's name. */
  instance: string;
  timeoutMs?: number;
}

/** The parts of this room ask through this. */
export interface EvolutionAsking extends Asking {
  /** Encoded for a path. */
  instance: string;
}

export const createEvolutionAsking = ({
  baseUrl,
  apiKey,
  instance,
  timeoutMs,
}: EvolutionClientOptions): EvolutionAsking => ({
  ...createAsking({ words, baseUrl, headers: { apikey: apiKey }, timeoutMs }),
  instance: encodeURIComponent(instance),
});
