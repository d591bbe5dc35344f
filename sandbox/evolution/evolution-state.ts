import { SourceFaults } from '../source-server/faults';
import { openKeptFile } from '../source-server/kept-file';
import type { Instance } from './instance';

export interface EvolutionOptions {
  apiKey: string;
  /** Of the pause between two tries of a webhook: 1 is Evolution's own. */
  retryScale: number;
  /** As some versions do: a search for one chat finds every chat's messages. */
  isLoose: boolean;
}

/** All of a running stand-in. */
export interface EvolutionState {
  options: EvolutionOptions;
  instances: Map<string, Instance>;
  faults: SourceFaults;
  /** Aborted when the stand-in stops. */
  stopped: AbortController;
  /** Webhooks that are under way or wait for their next try. */
  hooksWaiting: Set<Promise<void>>;
  /** How many requests came in, by route; hooks by event and outcome. */
  counts: Map<string, number>;
  save(): void;
}

/** Opens the state kept in `dataDir/evolution.json`, or an empty one in memory. */
export function openState(dataDir: string | null, options: EvolutionOptions): EvolutionState {
  const kept = openKeptFile<Instance[]>(dataDir, 'evolution.json');
  const instances = new Map((kept.read() ?? []).map((instance) => [instance.name, instance]));
  return {
    ...{ options, instances, faults: new SourceFaults(), stopped: new AbortController() },
    ...{ hooksWaiting: new Set(), counts: new Map() },
    save: () => kept.save([...instances.values()]),
  };
}

export const count = ({ counts }: EvolutionState, what: string): void =>
  void counts.set(what, (counts.get(what) ?? 0) + 1);
