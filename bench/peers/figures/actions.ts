/** As much of an event of a workflow's history as its price needs. */
export interface PricedEvent {
  eventType: string;
  markerRecordedEventAttributes?: { markerName?: string };
}

const perEvent = new Set([
  'WORKFLOW_EXECUTION_STARTED',
  'WORKFLOW_EXECUTION_CONTINUED_AS_NEW',
  'WORKFLOW_EXECUTION_SIGNALED',
  'WORKFLOW_EXECUTION_UPDATE_ACCEPTED',
  'TIMER_STARTED',
  'ACTIVITY_TASK_STARTED',
  'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES',
]);
const localActivity = 'core_local_activity';

const nameOf = ({ eventType }: PricedEvent) => eventType.replace(/^EVENT_TYPE_/, '');

/**
 * What Temporal Cloud bills as actions, by the events of a history: timers, activities, signals, accepted updates, starts, runs that go on
 * as new, changed search attributes; all local activities of one step together are one.
 */
export function countActions(events: readonly PricedEvent[]): number {
  let actions = 0;
  let isLocalCounted = false;
  for (const event of events) {
    const name = nameOf(event);
    if (name === 'WORKFLOW_TASK_COMPLETED') isLocalCounted = false;
    if (perEvent.has(name)) actions += 1;
    const isLocal = event.markerRecordedEventAttributes?.markerName === localActivity;
    if (isLocal && !isLocalCounted) actions += 1;
    isLocalCounted ||= isLocal;
  }
  return actions;
}

const daysPerMonth = 30;
const roundsPerMonth = daysPerMonth * 24 * 20;

/** A burst that wakes a resting contact: signal, check, upload, rest; and timer and check for each quiet round before it rests again. */
export const actionsOfBurst = (quietRounds: number): number => 4 + 2 * quietRounds;

/** A contact's actions in a month of so many bursts a day, spread so that it rests in between. */
export const parkedActionsPerMonth = (burstsPerDay: number, quietRounds: number): number =>
  daysPerMonth * burstsPerDay * actionsOfBurst(quietRounds);

/** A timer and a check every three minutes, whatever happens. */
export const literalActionsPerMonth = roundsPerMonth * 2;
