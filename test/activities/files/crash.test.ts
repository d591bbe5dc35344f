import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { MediaDoc } from '../../../store/media/media';
import type { KillPoint } from '../../helpers/crash';
import type { FileCrash } from '../../helpers/file-crash-process';
import { runActivity, startDelivery, type Delivery, type Linked } from '../../scenes/delivery';
import { eventually } from '../../scenes/product';
import { bring, pageOf, sayFile } from './scene';
import { runCompiled } from '../../helpers/run-compiled';

type Where = [KillPoint['room'], string, KillPoint['when']];

/** Every gap of taking a file in. Null: in the middle of its bytes. */
const keeping: (Where | null)[] = [
  null,
  ['contents', 'save', 'after'],
  ['media', 'keep', 'after'],
  ['outbox', 'add', 'after'],
];
/** The gaps of a round that are a file's own; those of every round are in test/workflows/crash.test.ts. */
const rounds: Where[] = [
  ['entries', 'beginSending', 'after'],
  ['timeline', 'addComment', 'after'],
  ['entries', 'markDelivered', 'after'],
  ['timeline', 'listFiles', 'after'],
  ['media', 'markTold', 'after'],
];

let delivery: Delivery;
beforeAll(async () => {
  delivery = await startDelivery();
});
afterAll(() => delivery.close());

function dieAt(where: Where | null, work: FileCrash['work']): Promise<NodeJS.Signals | null> {
  const point = where && { room: where[0], step: where[1], when: where[2] };
  const { mongoUri, settings } = delivery;
  const task: FileCrash = { mongoUri, settings, point, work };
  const path = join(__dirname, '../../helpers/file-crash-process.ts');
  const child = spawn(process.execPath, [...runCompiled, path, JSON.stringify(task)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
}

/** As if the time had passed after which others go on with what a process left. */
async function afterAWhile(): Promise<void> {
  const { model } = delivery.store.media;
  await model.updateMany({ toRouteAt: { $ne: null } }, { $set: { toRouteAt: new Date(1_000) } });
  await runActivity(delivery.createProcess().sweepPortal, { portalId: delivery.portalId });
}

const filesOf = (linked: Linked) => pageOf(delivery, linked).flatMap(({ files }) => files);
const linesOf = (linked: Linked) => pageOf(delivery, linked).flatMap(({ lines }) => lines);

async function untilOnPage(linked: Linked): Promise<void> {
  const process = delivery.createProcess();
  await eventually('the file on its page', async () => {
    await delivery.run(process, [linked]);
    const unsettled = await delivery.store.entries.hasUnsettled(`link/${linked.linkId}`);
    return filesOf(linked).length > 0 && !unsettled;
  });
  // Rows that a crash left do all of it again, and nothing of it twice.
  await delivery.run(process, [linked]);
}

/** A few at a time: each is a process of its own. */
async function forAll<One>(all: readonly One[], work: (one: One) => Promise<void>): Promise<void> {
  const rest = [...all];
  const worker = async () => {
    for (let one = rest.shift(); one !== undefined; one = rest.shift()) await work(one);
  };
  await Promise.all([worker(), worker(), worker()]);
}

const nameOf = (where: Where | null): string => where?.join(' ') ?? 'in the middle of the bytes';

test('a process killed anywhere while it takes a file in: the same again heals it', async () => {
  const cases = keeping.map((where) => ({ where, name: nameOf(where) }));
  const taken = new Map<string, { linked: Linked; file: MediaDoc }>();
  await forAll(cases, async ({ where, name }) => {
    const linked = await delivery.link();
    const file = await sayFile(delivery, linked);
    await delivery.run(delivery.createProcess(), [linked]);
    expect([name, await dieAt(where, { mediaId: file._id })]).toEqual([name, 'SIGKILL']);
    await bring(delivery, file, 'x'.repeat(1_500_000) + 'y'.repeat(1_500_000));
    taken.set(name, { linked, file });
  });
  await afterAWhile();
  await forAll([...taken], async ([name, { linked }]) => {
    await untilOnPage(linked);
    expect([name, ...filesOf(linked)]).toEqual([name, 'photo.jpg']);
    expect(linesOf(linked)).toEqual(['(image) photo.jpg (file follows)', 'file of CLOCK: photo.jpg, 3 MB']);
  });
});

test('a worker killed anywhere in a round with a file: on the page once', async () => {
  await forAll(rounds, async (where) => {
    const name = nameOf(where);
    const linked = await delivery.link();
    await bring(delivery, await sayFile(delivery, linked), `bytes of ${name}`);
    expect([name, await dieAt(where, { linkId: linked.linkId })]).toEqual([name, 'SIGKILL']);
    await untilOnPage(linked);
    expect([name, ...filesOf(linked)]).toEqual([name, 'photo.jpg']);
    expect(pageOf(delivery, linked)).toHaveLength(1);
    expect(await delivery.store.outbox.hasAny(`link/${linked.linkId}`)).toBe(false);
  });
});
