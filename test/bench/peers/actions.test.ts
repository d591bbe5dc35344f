import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  actionsOfWake,
  countActions,
  literalActionsPerMonth,
  naiveActionsPerMonth,
  parkedActionsPerMonth,
  type PricedEvent,
} from '../../../bench/peers/figures/actions';

const historyOf = (name: string): PricedEvent[] => {
  const file = join(__dirname, '../../histories', `${name}.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { events: PricedEvent[] }).events;
};
const isOf = (type: string) => (event: PricedEvent) => event.eventType === `EVENT_TYPE_${type}`;

test('a recorded burst of a resting link costs a signal, a check, an upload, a rest, and two for each quiet round by a timer', () => {
  const events = historyOf('link-parked');
  const burst = events.slice(events.findLastIndex(isOf('WORKFLOW_EXECUTION_SIGNALED')));
  const quietRounds = burst.filter(isOf('TIMER_FIRED')).length;
  expect(quietRounds).toBeGreaterThan(0);
  expect(countActions(burst)).toBe(actionsOfWake + 2 * quietRounds);
});

test('a recorded quiet round by a timer costs two: the timer and the check', () => {
  const events = historyOf('link-rounds-1');
  const fired = events.flatMap((event, index) => (isOf('TIMER_FIRED')(event) ? [index] : []));
  const quiet = fired
    .slice(1)
    .map((end, index) => events.slice(fired[index], end))
    .filter(
      (round) =>
        !round.some(isOf('ACTIVITY_TASK_STARTED')) && !round.some(isOf('WORKFLOW_EXECUTION_SIGNALED')),
    );
  expect(quiet.length).toBeGreaterThan(0);
  expect(quiet.map(countActions)).toEqual(quiet.map(() => 2));
});

test('twenty bursts a day cost a contact that rests at once a twelfth of a timer and an activity for ever', () => {
  expect(naiveActionsPerMonth).toBe(28_800);
  expect(literalActionsPerMonth).toBe(14_640);
  expect([0, 1, 20].map((quietRounds) => parkedActionsPerMonth(20, quietRounds))).toEqual([
    2_400, 3_600, 16_800,
  ]);
});
