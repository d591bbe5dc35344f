import { toLinkWorkflowId } from '../../domain/ids';
import { statusQuery } from '../../workflows/messages';
import { eventually, requestLink, say, useProduct } from '../scenes/product';

const product = useProduct({
  portal: { contacts: [{ name: 'Klaus', lastName: 'Weber', phones: ['+491701234567'] }] },
  settings: { backupIntervalMs: 1_000 },
});

test("a quiet link's tries leave no event and no fault, move the clocks, and go on with another worker", async () => {
  const first = await product.startWorker();
  const linkId = await requestLink(product);
  const handle = product.client.workflow.getHandle(toLinkWorkflowId(linkId));
  const findTry = async () => (await handle.describe()).raw.pendingActivities?.[0];
  const reachesTry = (least: number) =>
    eventually(`try ${least}`, async () => ((await findTry())?.attempt ?? 0) >= least);
  await reachesTry(3);
  const { historyLength } = await handle.describe();
  const before = (await product.store.links.load(linkId))?.lastCheckedAt?.getTime() ?? Infinity;
  await reachesTry(5);
  expect((await handle.describe()).historyLength).toBe(historyLength);
  const { lastCheckedAt, lastSyncAt } = (await product.store.links.load(linkId)) ?? {};
  expect(lastCheckedAt?.getTime()).toBeGreaterThan(before);
  expect(lastSyncAt).toEqual(lastCheckedAt);
  const { lastFailure } = (await findTry()) ?? {};
  expect(lastFailure?.message).toMatch(/^No fault: nothing waits/);
  expect(lastFailure?.stackTrace ?? '').toBe('');
  await first.stop();
  await say(product, { id: 'Q1', text: 'while nobody worked' });
  await product.startWorker();
  await eventually('the backup', async () => (await handle.query(statusQuery)).messagesBackedUp === 1);
  expect((await handle.query(statusQuery)).attention).toBeNull();
});
