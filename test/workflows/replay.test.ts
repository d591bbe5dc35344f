import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { findTraces, planted } from '../helpers/planted';
import { workflowBundle } from '../helpers/workflow-bundle';

interface RecordedEvent {
  eventType: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  workflowExecutionUpdateAcceptedEventAttributes?: { acceptedRequest: { input: { name: string } } };
  workflowExecutionSignaledEventAttributes?: { signalName: string };
}

interface Recorded {
  events: RecordedEvent[];
}

const folder = join(__dirname, '../histories');
/**
 * Those in `first/` are of the first plots, whose runs may still be open where an older version was installed; those of a released version
 * are in a folder of its name.
 */
const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

const load = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Recorded;

/** A run in short: its steps, the messages it got, and how it ended. */
function toldIn({ events }: Recorded): Set<string> {
  return new Set(
    events.flatMap((event) =>
      [
        event.eventType.replace('EVENT_TYPE_', ''),
        event.activityTaskScheduledEventAttributes?.activityType.name ?? [],
        event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest.input.name ?? [],
        event.workflowExecutionSignaledEventAttributes?.signalName ?? [],
      ].flat(),
    ),
  );
}

/** The purpose of each recording. */
const wanted: [name: string, told: string[]][] = [
  [
    'link-rounds-1',
    [
      'link',
      'lookUpContact',
      'recordLink',
      'uploadMessages',
      'pause',
      'resume',
      'backUpNow',
      'WORKFLOW_EXECUTION_CONTINUED_AS_NEW',
    ],
  ],
  ['link-rounds-2', ['MARKER_RECORDED', 'TIMER_FIRED']],
  [
    'link-quiet',
    ['awaitMessages', 'ACTIVITY_TASK_CANCELED', 'messagesArrived', 'unlink', 'WORKFLOW_EXECUTION_COMPLETED'],
  ],
  ['link-parked', ['createContact', 'parkLink', 'messagesArrived']],
  ['link-outage', ['ACTIVITY_TASK_FAILED', 'uploadMessages']],
  ['link-review', ['link', 'lookUpContact', 'WORKFLOW_EXECUTION_COMPLETED']],
  ['link-changed-and-unlinked', ['changeContact', 'unlink', 'changeLink', 'WORKFLOW_EXECUTION_COMPLETED']],
  ['portal-watch', ['sweepPortal', 'sweepNow', 'TIMER_FIRED']],
];

test.each(wanted)('the recording %s tells what it is there for', (name, told) => {
  expect([...toldIn(load(name))]).toEqual(expect.arrayContaining(told));
});

test('each released version has left the histories that its runs look like', () => {
  const changes = readFileSync(join(__dirname, '../../CHANGELOG.md'), 'utf8');
  const released = [...changes.matchAll(/^## (\d+\.\d+\.\d+)/gm)].map(([, version]) => version);
  const recorded = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isDirectory());
  expect(recorded.map(({ name }) => name)).toEqual(expect.arrayContaining(released));
});

test.each(names)("today's workflows go on with the recorded run %s", async (name) => {
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, load(name));
});

test.each(names)('no phone, name or text of anybody is in the recorded run %s', (name) => {
  expect(findTraces(load(name))).toEqual([]);
});

test('the search for personal data sees what is encoded', () => {
  const data = Buffer.from(JSON.stringify({ phone: planted.phone })).toString('base64');
  expect(findTraces({ events: [{ input: { payloads: [{ data }] } }] })).toContain('1701234567');
  expect(findTraces({ message: `${planted.personName} said ${planted.text}` })).toEqual(['planted', 'Klaus']);
});

/** The bundle with a piece of its code replaced, as a careless change of a plot would. */
async function tampered(original: string, change: string) {
  const { code } = await workflowBundle();
  expect(code.split(original)).toHaveLength(2);
  return { code: code.replace(original, change) };
}

const changes: [what: string, original: string, change: string][] = [
  ['another step first', 'const look = hindrance', 'await recordLink({ linkId }); const look = hindrance'],
  ['a step renamed', 'const { lookUpContact } =', 'const { recordLink: lookUpContact } ='],
  ['a round less', 'const roundsPerRun = 30', 'const roundsPerRun = 29'],
];

test.each(changes)('%s is noticed', async (_what, original, change) => {
  const replay = Worker.runReplayHistory(
    { workflowBundle: await tampered(original, change) },
    load('link-rounds-1'),
  );
  await expect(replay).rejects.toThrow(DeterminismViolationError);
});
