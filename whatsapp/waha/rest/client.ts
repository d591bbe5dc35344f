import { createAsking } from './asking';
import type { ExchangeOptions } from './exchange';
import { createHistory, type WahaHistory } from './history';
import { createSessions, type WahaSessions } from './sessions';

export interface WahaClientOptions extends ExchangeOptions {
  /** The session's name in WAHA. */
  session: string;
}

/** One session of one WAHA. Nothing is retried here, and every error is one of `errors.ts`. */
export type WahaClient = WahaSessions & WahaHistory;

export function createWahaClient(options: WahaClientOptions): WahaClient {
  const asking = createAsking(options);
  return { ...createSessions(asking, options.session), ...createHistory(asking) };
}
