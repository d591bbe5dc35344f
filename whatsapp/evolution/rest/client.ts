import { createEvolutionAsking, type EvolutionClientOptions } from './asking';
import { createHistory, type EvolutionHistory } from './history';
import { createInstances, type EvolutionInstances } from './instances';
import { createHooks, type EvolutionHooks } from './webhook';

/** One instance of one Evolution server. Nothing is retried here, and every error is a `ServerError`. */
export type EvolutionClient = EvolutionInstances & EvolutionHooks & EvolutionHistory;

export function createEvolutionClient(options: EvolutionClientOptions): EvolutionClient {
  const asking = createEvolutionAsking(options);
  return {
    ...createInstances(asking, options.instance),
    ...createHooks(asking),
    ...createHistory(asking),
  };
}
