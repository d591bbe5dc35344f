import type { ForgettingDoc } from '../../store/privacy/forgettings';
import type { RoundDeps } from '../rounds/round';

/** One step of a forgetting, with all that it works with. */
export interface Run {
  deps: RoundDeps;
  doc: ForgettingDoc;
  portalId: string;
  /** The person and all whom they were merged with. */
  personIds: readonly string[];
  /** The keys of all their aliases. */
  names: readonly string[];
  /** The step has had its share of time, or the worker stops. */
  isOver: () => boolean;
}

/** `done`: on to the next phase; `more`: go on at once; `waits`: something else must end first. */
export type PhaseResult = 'done' | 'more' | 'waits';
