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

/** A burst that wakes a resting contact: signal, check, upload, rest. */
export const actionsOfWake = 4;

/** Quiet rounds are tries of one activity, each billed, and its first only says when the next one is; it answers after so many. */
const triesOf = (quietRounds: number, roundsPerAnswer: number): number =>
  quietRounds + Math.ceil(quietRounds / roundsPerAnswer);

/** A contact's actions in a month of so many bursts a day, spread so that it rests in between. */
export const parkedActionsPerMonth = (burstsPerDay: number, quietRounds: number): number =>
  daysPerMonth * burstsPerDay * (actionsOfWake + triesOf(quietRounds, 5));

/** A contact that never rests, besides what is sent. */
export const literalActionsPerMonth = triesOf(roundsPerMonth, 60);

/** A timer and an activity every three minutes, besides what is sent. */
export const naiveActionsPerMonth = roundsPerMonth * 2;
