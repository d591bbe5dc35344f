import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorker, type Scene } from '../scene/scene';
import { stopOwn, type OwnProcess } from '../scene/servers';
import { faultAreas, type FaultArea } from './faults';
import { isUnderWay } from './noted-requests';

export interface KillOptions {
  kills: number;
  /** How long a worker that is killed at random lives at most once it is ready. */
  longestLifeMs: number;
  onProgress?: ((line: string) => void) | undefined;
}

const lookEveryMs = 20;
/** One that is to be killed with a request under way lives so many times as long, if it takes that. */
const patience = 2;

/** Lives until a request of the area is under way, and a little; at most its time. */
async function live({ store }: Scene, { child }: OwnProcess, area: FaultArea, untilMs: number) {
  while (performance.now() < untilMs) {
    if (await isUnderWay(store, child.pid, area)) return sleep(randomInt(60));
    await sleep(lookEveryMs);
  }
}

/**
 * Starts a worker and kills it, again and again: one time at a random moment, the next times while it has a comment, a post with files or a
 * page under way. When the kills are used up, the last one lives until the storm is over.
 */
export async function killAgainAndAgain(
  scene: Scene,
  state: { kills: number },
  { kills, longestLifeMs, onProgress, isRaging }: KillOptions & { isRaging: () => boolean },
): Promise<void> {
  for (let turn = randomInt(4); isRaging(); turn += 1) {
    const own = await startWorker(scene.task);
    const area = faultAreas[turn % (faultAreas.length + 1)];
    if (state.kills >= kills) while (isRaging()) await sleep(lookEveryMs);
    else if (area) await live(scene, own, area, performance.now() + patience * longestLifeMs);
    else await sleep(randomInt(longestLifeMs));
    await stopOwn(own, 'SIGKILL');
    state.kills += 1;
    if (state.kills % 10 === 0) onProgress?.(`${state.kills} of ${kills} kills`);
  }
}
