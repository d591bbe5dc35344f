import { oldIndexes } from './old-indexes';
import type { Step } from './step';
import { timesOfOperations } from './times-of-operations';
import { wholePortals } from './whole-portals';

/** All steps, by name. A released one stays as it is; see docs/decisions/0040. */
export const steps: readonly Step[] = [wholePortals, timesOfOperations, oldIndexes];
