import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { toLinkWorkflowId } from '../../domain/ids';
import { createLogger } from '../../telemetry';
import { createWorker } from '../../worker/create-worker';
import { chooseVersion } from '../../worker/current-version';
import { describeDeployment } from '../../worker/deployment';
import { keepCurrent } from '../../worker/keep-current';
import { temporalAddress } from '../helpers/servers';
import { eventually, requestLink, say, useProduct } from '../scenes/product';
import { workflowBundle } from '../helpers/workflow-bundle';

test.each([
  [
    'a new build takes over from the one before',
    { current: 'old', currentLives: true, wasCurrent: false },
    'take over',
  ],
  [
    'the first build takes over from workers without a version',
    { current: null, currentLives: false, wasCurrent: false },
    'take over',
  ],
  ['the current one stays', { current: 'own', currentLives: true, wasCurrent: true }, 'current'],
  [
    'one that was current stands by while the new one lives',
    { current: 'new', currentLives: true, wasCurrent: true },
    'stand by',
  ],
  [
    'one that was current takes over from a new one that is gone',
    { current: 'new', currentLives: false, wasCurrent: true },
    'take over',
  ],
] as const)('%s', (_what, look, choice) => {
  expect(chooseVersion('own', look)).toBe(choice);
});

const product = useProduct();
const logger = createLogger({ level: 'silent', name: 'test' });
const random = randomBytes(4).toString('hex');
const [first, second, third] = [`first-${random}`, `second-${random}`, `third-${random}`];

/** The plot as it was before there were quiet rounds. */
async function earlierBundle(): Promise<WorkflowBundleWithSourceMap> {
  const bundle = await workflowBundle();
  const today = /\(0, ?[\w.]+\.patched\)\(quietRounds\) \?/;
  if (bundle.code.split(today).length !== 2)
    throw new Error('the plot has changed: take another change of it');
  return { ...bundle, code: bundle.code.replace(today, 'false ?') };
}

/** What runs beside a test ends with it, though it fails: it would go on beside the next file's tests. */
const atEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of atEnd.splice(0).reverse()) await stop();
});

/** Ends once, by the test or after it. */
function endOnce(end: () => Promise<unknown>): () => Promise<unknown> {
  let ended: Promise<unknown> | null = null;
  const stop = () => (ended ??= end());
  atEnd.push(stop);
  return stop;
}

/** A worker of this build, with its look at which version is current. */
async function startVersion(buildId: string, bundle: WorkflowBundleWithSourceMap) {
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  const { taskQueue, deps, store } = product;
  const given = { connection, namespace: 'default', taskQueue, deps, buildId };
  const worker = await createWorker({ ...given, workflowBundle: bundle });
  const stopping = new AbortController();
  const running = worker.run();
  const { signal } = stopping;
  const { leases } = store;
  const kept = keepCurrent({ ...given, leases, logger, signal, lookEveryMs: 300 });
  const current = async () =>
    (await describeDeployment(connection.workflowService, 'default')).current === buildId;
  return {
    becomesCurrent: () => eventually(`${buildId} to be current`, current),
    stop: endOnce(async () => {
      stopping.abort();
      worker.shutdown();
      await Promise.all([running, kept]);
      await connection.close();
    }),
  };
}

const told = new Set<string>();
const tell = async () => {
  const text = `m${told.size + 1}`;
  told.add(text);
  await say(product, { id: text, text, peer: '+491701234567' });
};

/** Messages go on arriving, one after the other, until it is told to stop. */
function keepTelling() {
  const stopping = new AbortController();
  const ended = (async () => {
    while (!stopping.signal.aborted) {
      await tell();
      await sleep(150);
    }
  })();
  return {
    stop: endOnce(() => {
      stopping.abort();
      return ended;
    }),
  };
}

const linesOf = (contactId: number): string[] =>
  product.portal
    .comments(contactId)
    .flatMap(({ text }) => text.split('\n'))
    .flatMap((line) => /: (m\d+)$/.exec(line)?.[1] ?? []);

test('links of the version before go on in the new one while messages arrive, each told once', async () => {
  const contactId = product.portal.addContact({ name: 'Ada', phones: ['+491701234567'] });
  const old = await startVersion(first, await earlierBundle());
  await old.becomesCurrent();
  await tell();
  const linkId = await requestLink(product);
  const handle = product.client.workflow.getHandle(toLinkWorkflowId(linkId));
  await eventually('the first backup', () => linesOf(contactId).length > 0);
  const { runId } = await handle.describe();
  const talk = keepTelling();

  /** Builds that worked the run's steps, in their order, and whether its rounds have a quiet part. */
  const workedBy = async () => {
    const { events } = await product.client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
    const builds = (events ?? []).flatMap(
      ({ workflowTaskCompletedEventAttributes: done }) => done?.deploymentVersion?.buildId ?? [],
    );
    const isQuiet = (events ?? []).some(({ markerRecordedEventAttributes: marker }) => marker);
    return { builds: [...new Set(builds)], isQuiet };
  };
  expect(await workedBy()).toEqual({ builds: [first], isQuiet: false });

  const young = await startVersion(second, await workflowBundle());
  await young.becomesCurrent();
  // Its first step may be the rest of a round that the version before began.
  await eventually('a round of the new version', async () => (await workedBy()).isQuiet);
  expect((await workedBy()).builds).toEqual([first, second]);
  await old.stop();

  // A third one comes and is gone, and its sign of life is over: the one before, which stood by, works again.
  const failing = await startVersion(third, await workflowBundle());
  await failing.becomesCurrent();
  await failing.stop();
  await product.store.leases.release(`worker-version/${third}`, third);
  await young.becomesCurrent();
  await talk.stop();
  await eventually('everything on the page', () => new Set(linesOf(contactId)).size === told.size);
  expect(linesOf(contactId).sort()).toEqual([...told].sort());
  await young.stop();
});
