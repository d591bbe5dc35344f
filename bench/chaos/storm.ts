import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Scene } from '../scene/scene';
import { createTalk } from '../scene/talk';
import { countFaults, disturb, untouched, type FaultCounts } from './faults';
import { createFileTalk } from './files';
import { createGroupTalk, type BenchGroup } from './groups';
import { killAgainAndAgain, type KillOptions } from './kills';

export interface StormOptions extends KillOptions {
  workers: number;
  /** Messages per second, over all contacts. */
  messagesPerSecond: number;
  groups: readonly BenchGroup[];
}

/** The result of a storm: how many messages each link's contact and each group got, the kills, and the faults that happened. */
export interface StormResult {
  told: Map<string, number>;
  toldInGroups: Map<string, number>;
  kills: number;
  faults: FaultCounts;
}

/** One message of so many is said in a group. */
const groupEvery = 5;
/** So long it goes on beyond its kills at most, until something of each kind was hit. */
const longerMs = 30_000;

/** Messages flow while workers are killed and requests break, until the kills are used up and comments and files were hit; then it is quiet. */
export async function runStorm(scene: Scene, options: StormOptions): Promise<StormResult> {
  const state = { kills: 0, isOver: false };
  const isRaging = () => !state.isOver;
  const [{ told, toldInGroups }] = await Promise.all([
    talk(scene, options, isRaging),
    disturb(scene.portal, isRaging),
    watch(scene, state, options),
    ...Array.from({ length: options.workers }, () =>
      killAgainAndAgain(scene, state, { ...options, isRaging }),
    ),
  ]);
  return { told, toldInGroups, kills: state.kills, faults: await countFaults(scene.portal) };
}

async function watch(
  { portal }: Scene,
  state: { kills: number; isOver: boolean },
  { kills, onProgress }: StormOptions,
): Promise<void> {
  while (state.kills < kills) await sleep(250);
  const giveUpAtMs = performance.now() + longerMs;
  for (;;) {
    const areas = untouched(await countFaults(portal));
    state.isOver = areas.length === 0 || performance.now() > giveUpAtMs;
    if (state.isOver) return;
    onProgress?.(`no fault has hit ${areas.join(', ')} yet`);
    await sleep(1_000);
  }
}

/** Takes messages in; everyone gets one first. A fifth of what follows is said in groups. A part has files. */
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
