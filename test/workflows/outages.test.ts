import { toLinkTarget, toLinkWorkflowId, toWatchWorkflowId } from '../../domain/ids';
import { routeForgotten } from '../helpers/route-forgotten';
import {
  messagesArrivedSignal,
  statusQuery,
  sweepNowSignal,
  watchStatusQuery,
} from '../../workflows/messages';
import { mongoUri } from '../helpers/servers';
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy';
import {
  eventually,
  requestLink,
  say,
  startProduct,
  type Product,
  type ProductOptions,
} from '../scenes/product';

let product: Product;
const contacts = [{ name: 'Klaus', lastName: 'Weber', phones: ['+49 170 1234567'] }];

async function start(options: ProductOptions = {}): Promise<void> {
  product = await startProduct({ portal: { contacts }, ...options });
}

let line: TcpProxy | null = null;

afterEach(async () => {
  await product.close();
  await line?.close();
  line = null;
});

const told = () =>
  product.portal
    .comments(1)
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^[←→] \[\d/u.test(line));
const statusOf = (linkId: string) =>
  product.client.workflow.getHandle(toLinkWorkflowId(linkId)).query(statusQuery);
const checked = (linkId: string) =>
  eventually('the first round', async () => (await product.store.links.load(linkId))?.lastCheckedAt);

test('an answer that is dropped after the comment was written makes one comment, not two', async () => {
  await start();
  await product.startWorker();
  const linkId = await requestLink(product);
  await checked(linkId);
  product.portal.setFaults([{ kind: 'dropAnswer', method: 'crm.timeline.comment.add', times: 1 }]);
  await say(product, { id: 'D1', text: 'only once' });
  await product.client.workflow.getHandle(toLinkWorkflowId(linkId)).signal(messagesArrivedSignal);
  await eventually('the entry settled', async () => (await product.store.links.load(linkId))?.lastBackedUpAt);
  await eventually('nothing waiting', async () => (await statusOf(linkId)).pendingMessages === 0);
  expect(product.portal.faults()).toHaveLength(0);
  expect(told()).toHaveLength(1);
  expect((await product.store.entries.listOfTarget(toLinkTarget(linkId)))[0]).toMatchObject({
    state: 'delivered',
    attempt: 1,
  });
});

test('a comment that appears only after the connection broke is not doubled', async () => {
  await start();
  await product.startWorker();
  const linkId = await requestLink(product);
  await checked(linkId);
  product.portal.setFaults([
    { kind: 'lateCommit', method: 'crm.timeline.comment.add', delayMs: 500, times: 1 },
  ]);
  await say(product, { id: 'L1', text: 'late but once' });
  await eventually('the entry settled', async () => (await product.store.links.load(linkId))?.lastBackedUpAt);
  expect(told()).toHaveLength(1);
});

test('a portal that is down leaves the link alive, is told by its status, and is recovered from by itself', async () => {
  await start();
  await product.startWorker();
  const linkId = await requestLink(product);
  await checked(linkId);
  product.portal.setFaults([{ kind: 'down', times: -1 }]);
  await say(product, { id: 'O1', text: 'while it is down' });
  const seen = await eventually('the trouble in the status', async () => {
    const status = await statusOf(linkId);
    return status.attention ? status : null;
  });
  expect(seen.attention?.code).toBe('portal_unreachable');
  expect((await product.store.links.load(linkId))?.attention?.code).toBe('portal_unreachable');
  expect((await product.store.portals.load(product.portalId))?.attention?.code).toBe('portal_unreachable');
  product.portal.setFaults([]);
  await eventually('the recovery', async () => {
    const status = await statusOf(linkId);
    return status.attention === null && status.pendingMessages === 0;
  });
  expect(told()).toHaveLength(1);
  await eventually(
    'the portal is well again',
    async () => (await product.store.portals.load(product.portalId))?.attention === null,
  );
});

test('a revoked webhook is told with what to do, without a storm of requests', async () => {
  await start();
  await product.startWorker();
  const linkId = await requestLink(product);
  await checked(linkId);
  product.portal.setFaults([{ kind: 'revoked', times: -1 }]);
  product.portal.resetStats();
  await say(product, { id: 'V1', text: 'waiting' });
  const status = await eventually('the trouble', async () => {
    const seen = await statusOf(linkId);
    return seen.attention ? seen : null;
  });
  expect(status.attention).toMatchObject({ code: 'portal_reauthorise' });
  expect(status.attention?.advice).toMatch(/webhook/);
  expect(product.portal.stats().requests).toBeLessThanOrEqual(3);
  product.portal.setFaults([]);
  await eventually('the recovery', () => told().length === 1);
});

test('a contact without contacts with that number rests on a review, and a request to create makes one', async () => {
  await start({ portal: { contacts: [] } });
  await product.startWorker();
  const linkId = await requestLink(product);
  const rested = await eventually('the review', async () => {
    const link = await product.store.links.load(linkId);
    return link?.reviewId ? link : null;
  });
  expect(rested.state).toBe('unlinked');
  expect(await product.store.reviews.load(rested.reviewId ?? '')).toMatchObject({
    kind: 'unmatched',
    state: 'open',
    candidates: [],
  });
});

test('a quiet link parks, and the next message wakes it', async () => {
  await start({ settings: { parkAfterQuietRounds: 2, backupIntervalMs: 500 } });
  await product.startWorker();
  const linkId = await requestLink(product);
  await eventually('the park', async () => (await product.store.links.load(linkId))?.rhythm === 'parked');
  await eventually('the parked status', async () => (await statusOf(linkId)).rhythm === 'parked');
  const { parkedLinkId } = await say(product, { id: 'W1', text: 'good morning' });
  expect(parkedLinkId).toBe(linkId);
  await product.client.workflow.getHandle(toLinkWorkflowId(linkId)).signal(messagesArrivedSignal);
  await eventually('the backup', () => told().length === 1);
});

test('the sweep stamps parked links, wakes one whose signal was lost, starts what was never started and revives what was lost', async () => {
  await start({ settings: { parkAfterQuietRounds: 1, backupIntervalMs: 400 } });
  product.portal.addContact({ name: 'Vera', phones: ['+491709999999'] });
  await product.startWorker();
  const watch = await product.client.workflow.start('portalWatchWorkflow', {
    workflowId: toWatchWorkflowId(product.portalId),
    taskQueue: product.taskQueue,
    args: [{ portalId: product.portalId }],
  });
  const linkId = await requestLink(product);
  await eventually('the park', async () => (await product.store.links.load(linkId))?.rhythm === 'parked');
  const before = (await product.store.links.load(linkId))?.lastCheckedAt?.getTime() ?? 0;
  await eventually(
    'the stamp of the sweep',
    async () => ((await product.store.links.load(linkId))?.lastCheckedAt?.getTime() ?? 0) > before,
  );
  await say(product, { id: 'S1', text: 'its signal is lost' });
  await eventually('the sweep woke it', () => told().length === 1);
  await product.client.workflow.getHandle(toLinkWorkflowId(linkId)).terminate();
  await say(product, { id: 'S2', text: 'its workflow is lost' });
  await eventually('the sweep revived it', () => told().length === 2);
  expect((await watch.query(watchStatusQuery)).linksWoken).toBeGreaterThan(0);
  await watch.signal(sweepNowSignal);
  await watch.terminate();
});

test('a message whose ingest died before it was routed is routed later', async () => {
  await start();
  await product.startWorker();
  const linkId = await requestLink(product);
  await checked(linkId);
  await say(product, { id: 'U1', text: 'forgotten' });
  const { store, portalId } = product;
  await eventually('the backup', () => told().length === 1);
  await store.messages.model.updateMany({}, { $set: { 'versions.$[].routedAt': null } });
  const routed = await routeForgotten(store, portalId, new Date(Date.now() + 1_000));
  expect(routed.versions).toBe(1);
  await eventually('nothing waiting', async () => !(await store.outbox.hasAny(toLinkTarget(linkId))));
  expect(told()).toHaveLength(1);
});

test('MongoDB away leaves the link alive, is told by the workflow, and nothing is lost when it is back', async () => {
  const { hostname, port } = new URL(mongoUri('any'));
  line = await startTcpProxy({ host: hostname, port: Number(port) });
  await start({ workerMongoAddress: `127.0.0.1:${line.port}` });
  await product.startWorker();
  const linkId = await requestLink(product);
  await checked(linkId);
  line.cut();
  await say(product, { id: 'M1', text: 'while the database is away' });
  const status = await eventually(
    'the trouble in the status',
    async () => {
      const seen = await statusOf(linkId);
      return seen.attention ? seen : null;
    },
    60_000,
  );
  expect(status.attention?.code).toBe('store_unavailable');
  line.mend();
  await eventually(
    'the recovery',
    async () => (await statusOf(linkId)).attention === null && told().length === 1,
    60_000,
  );
});
