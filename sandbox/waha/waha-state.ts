import { SourceFaults } from '../source-server/faults';
import { openKeptFile } from '../source-server/kept-file';
import type { Session } from './session';

export interface WahaOptions {
  /** Null: no key is asked for. */
  apiKey: string | null;
  engine: 'GOWS' | 'NOWEB' | 'WEBJS';
  /** The host in media addresses; WAHA's own default is right nowhere but on its machine. */
  baseUrl: string;
  /** How long a session takes from STARTING on. */
  startMs: number;
  /** Of the pause between two tries of a webhook: 1 is what its configuration says. */
  retryScale: number;
}

export const usualOptions: WahaOptions = {
  apiKey: 'sandbox-waha-key',
  engine: 'GOWS',
  baseUrl: 'http://localhost:3000',
  startMs: 20,
  retryScale: 1,
};

/** All of a running stand-in. */
export interface WahaState {
  options: WahaOptions;
  sessions: Map<string, Session>;
  faults: SourceFaults;
  /** Aborted when the stand-in stops. */
  stopped: AbortController;
  /** Webhooks that are under way or wait for their next try. */
  hooksWaiting: Set<Promise<void>>;
  /** How many requests came in, by route; hooks by event and outcome. */
  counts: Map<string, number>;
  save(): void;
}

export const count = ({ counts }: WahaState, what: string): void =>
  void counts.set(what, (counts.get(what) ?? 0) + 1);

/** Opens the state kept in `dataDir/waha.json`, or an empty one in memory. */
export function openState(dataDir: string | null, options: WahaOptions): WahaState {
  const kept = openKeptFile<Session[]>(dataDir, 'waha.json');
  const sessions = new Map((kept.read() ?? []).map((session) => [session.name, session]));
  return {
    options,
    sessions,
    faults: new SourceFaults(),
    stopped: new AbortController(),
    hooksWaiting: new Set(),
    counts: new Map(),
    save: () => kept.save([...sessions.values()]),
  };
}
