import type { ActivityDeps } from '../../../activities';
import { dying } from '../../scenes/dying';
import { eventually } from '../../scenes/product';
import { runActivity } from '../../scenes/run-activity';
import { useDelivery } from '../../scenes/delivery';
import {
  arrangeAll,
  asWorkflow,
  beginForgetting,
  findTexts,
  forget,
  type Scene,
} from '../../scenes/forgetting';

const delivery = useDelivery();
/** More than there are writes. */
const atMost = 50;
/** Every second write: each death needs a scene of its own. */
const stride = 2;
const withFile = 8;

/** Every write of a forgetting, in the store and in the portal; those of the collections themselves besides. */
const steps: Record<string, string[]> = {
  keptAway: ['add'],
  forgettings: ['movePlace', 'noteFound', 'enter'],
  operations: ['begin', 'finish'],
  links: ['requestChange', 'finishChange'],
  entries: ['markRemoved', 'rewrite', 'moveBinding'],
  outbox: ['removeOfTarget'],
  contents: ['sweepSoon', 'sweep'],
  timeline: ['deleteComment', 'updateComment'],
  model: ['updateOne', 'updateMany', 'deleteOne', 'deleteMany'],
};

/** The process dies after so many writes, and another one goes on. Gives how many there were. */
async function run(
  portalOf: ActivityDeps['portalOf'],
  { klausId }: Scene,
  dieAfter: number,
): Promise<number> {
  const quick = { forgetGraceMs: 0, portalOf };
  const begun = await beginForgetting(delivery, klausId);
  let writes = () => 0;
  const process = delivery.createProcess(quick, (deps) => {
    const rigged = dying(deps, steps, dieAfter);
    writes = rigged.writes;
    return rigged.deps;
  });
  const input = { operationId: begun._id };
  await eventually('it dies, or is done', async () => {
    const made = await runActivity(process.forgetPerson, input, asWorkflow(process)).catch(() => null);
    return made?.next === 'ended' || writes() >= dieAfter;
  });
  await forget(delivery.createProcess(quick), begun);
  return writes();
}

/** What is wrong after a forgetting; null: nothing. */
async function findFault(
  { klaus, other, planted, klausId }: Scene,
  index: number,
  inStore: readonly string[],
): Promise<string | null> {
  const { portal, store } = delivery;
  const left = inStore.filter((place) => planted.some((text) => place.endsWith(`: ${text}`)));
  const onPages = planted.filter((text) =>
    [klaus, other].some(({ contactId }) => portal.comments(contactId).some((one) => one.text.includes(text))),
  );
  const told = delivery.told(other.contactId).join();
  const found = (await store.forgettings.findOfPerson(klausId))?.found;
  const files = index < withFile ? 1 : 0;
  const isCounted = found?.messages === 1 + files && found.groupMessages === 2 && found.files === files;
  const isRight =
    left.length + onPages.length + portal.comments(klaus.contactId).length === 0 &&
    told === `open${index},close${index}` &&
    isCounted;
  return isRight ? null : JSON.stringify({ left, onPages, told, found });
}

test('a process that dies after one of its writes is followed by another: all is gone, and counted as it was', async () => {
  const scenes = await arrangeAll(delivery, atMost / stride + 1, withFile);
  const [first, ...others] = scenes;
  if (!first) throw new Error('no scene');
  // One client for all processes: their requests leave together.
  let portalOf: ActivityDeps['portalOf'] = () => Promise.reject(new Error('no portal'));
  delivery.createProcess({}, (deps) => {
    portalOf = deps.portalOf;
    return deps;
  });
  const writes = await run(portalOf, first, Number.POSITIVE_INFINITY);
  expect(writes).toBeGreaterThan(30);
  expect(writes).toBeLessThanOrEqual(atMost);
  const deaths = Math.floor(writes / stride);
  await Promise.all(others.slice(0, deaths).map((scene, at) => run(portalOf, scene, (at + 1) * stride)));
  const used = scenes.slice(0, deaths + 1);
  const inStore = await findTexts(
    delivery.store,
    used.flatMap(({ planted }) => planted),
  );
  const wrong = await Promise.all(
    used.map((scene, index) =>
      findFault(scene, index, inStore).then((fault) => fault && `after write ${index * stride}: ${fault}`),
    ),
  );
  expect(wrong.filter(Boolean)).toEqual([]);
});
