import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../sandbox/portal';
import type { BenchPortal } from '../scene/portal';
import { startWorker, type Scene } from '../scene/scene';
import { stopOwn } from '../scene/servers';
import { createTalk } from '../scene/talk';
import { createFileTalk } from './files';
import { createGroupTalk, type BenchGroup } from './groups';
import type { WorkerTask } from '../scene/worker-process';

export interface StormOptions {
  workers: number;
  kills: number;
  /** Messages per second, over all contacts. */
  messagesPerSecond: number;
  /** How long a worker lives at most once it is ready. */
  longestLifeMs: number;
  groups: readonly BenchGroup[];
  onProgress?: ((line: string) => void) | undefined;
}

/** The result of a storm: how many messages each link's contact and each group got, and the faults that happened, by kind. */
export interface StormResult {
  told: Map<string, number>;
  toldInGroups: Map<string, number>;
  faults: Record<string, number>;
}

const comment = 'crm.timeline.comment.add';
const bind = 'crm.timeline.bindings.bind';
/** One message of so many is said in a group. */
const groupEvery = 10;

const anyFault = (): Fault => {
  const command = randomInt(4);
  const all: Fault[] = [
    { kind: 'dropBefore', method: comment, command },
    { kind: 'dropAfter', method: comment, command },
    { kind: 'dropAnswer', method: comment },
    { kind: 'lateCommit', method: comment, command, delayMs: 500 + randomInt(2_000) },
    { kind: 'html502', method: comment },
    { kind: 'dropBefore', method: bind, command },
    { kind: 'dropAfter', method: bind, command },
    { kind: 'dropAnswer', method: bind },
  ];
  return all[randomInt(all.length)] ?? { kind: 'dropAnswer', method: comment };
};

/** Messages flow while workers are killed and batches break, until the kills are used up; then it is quiet. */
export async function runStorm(scene: Scene, options: StormOptions): Promise<StormResult> {
  const state = { killsLeft: options.kills };
  const faults: Record<string, number> = {};
  const isRaging = () => state.killsLeft > 0;
  const [{ told, toldInGroups }] = await Promise.all([
    talk(scene, options, isRaging),
    disturb(scene.portal, faults, isRaging),
    ...Array.from({ length: options.workers }, () => killAgainAndAgain(scene.task, state, options)),
  ]);
  await scene.portal.setFaults([]);
  return { told, toldInGroups, faults };
}

/** Takes messages in; everyone gets one first. A tenth of what follows is said in groups. A sixth has files. */
async function talk(scene: Scene, { messagesPerSecond, groups }: StormOptions, isRaging: () => boolean) {
  const { contacts } = scene;
  const files = createFileTalk(scene);
  const { told, say } = createTalk(scene, files);
  const inGroups = createGroupTalk(scene, files);
  for (let round = 0; isRaging(); round += 1) {
    const contact = contacts[round < contacts.length ? round : randomInt(contacts.length)];
    if (!contact) break;
    const group = groups[randomInt(Math.max(1, groups.length))];
    if (group && round >= contacts.length && round % groupEvery === 0) await inGroups.say(group, round);
    else await say(contact);
    await sleep(1000 / messagesPerSecond);
  }
  await files.settle();
  return { told, toldInGroups: inGroups.told };
}

async function disturb(portal: BenchPortal, faults: Record<string, number>, isRaging: () => boolean) {
  while (isRaging()) {
    const fault = anyFault();
    await portal.setFaults([fault]);
    await sleep(1_000 + randomInt(2_000));
    const isOver = (await portal.faults()).length === 0;
    if (isOver) faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
  }
}

async function killAgainAndAgain(
  task: WorkerTask,
  state: { killsLeft: number },
  { onProgress, kills, longestLifeMs }: StormOptions,
): Promise<void> {
  while (state.killsLeft > 0) {
    const own = await startWorker(task);
    await sleep(randomInt(longestLifeMs));
    await stopOwn(own, 'SIGKILL');
    state.killsLeft -= 1;
    if (state.killsLeft % 10 === 0) onProgress?.(`${kills - state.killsLeft} of ${kills} kills`);
  }
}
