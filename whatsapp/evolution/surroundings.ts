import type { Surroundings } from '../web/carrier';
import type { EvolutionEnvelope, MessageKey } from './payload';

/** What surrounds a payload of Evolution's. */
export interface EvolutionSurroundings extends Surroundings {
  envelope: EvolutionEnvelope;
  /** The keys, by id, of messages that a change is about and that Evolution was asked for. */
  originals: ReadonlyMap<string, MessageKey>;
}
