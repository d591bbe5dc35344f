import { createWahaAsking, type WahaClientOptions } from './asking';
import { createHistory, type WahaHistory } from './history';
import { createLabels, type WahaLabels } from './labels';
import { createSessions, type WahaSessions } from './sessions';

/** One session of one WAHA. Nothing is retried here, and every error is a `ServerError`. */
export type WahaClient = WahaSessions & WahaHistory & WahaLabels;

export function createWahaClient(options: WahaClientOptions): WahaClient {
  const asking = createWahaAsking(options);
  return { ...createSessions(asking, options.session), ...createHistory(asking), ...createLabels(asking) };
}
