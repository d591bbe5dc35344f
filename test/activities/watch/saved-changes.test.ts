import { toLinkWorkflowId } from '../../../domain/ids';
import { newId } from '../../../store/connection';
import { pauseSignal, statusQuery } from '../../../workflows/messages';
import { eventually, requestLink, useProduct } from '../../scenes/product';
import { startWatch, stopWatch, sweepOnce } from '../../scenes/watch';

const product = useProduct({ settings: { backupIntervalMs: 1_000 } }, 'test');
let linkId: string;
let second: number;

beforeEach(async () => {
  const { portal, store } = product;
  const first = portal.addContact({ name: 'First', phones: ['+491701234567'] });
  second = portal.addContact({ name: 'Second', phones: [] });
  await product.startWorker();
  linkId = await requestLink(product, { crmContactId: first });
  await eventually('the link', async () => (await store.links.load(linkId))?.state === 'linked');
});
afterEach(() => stopWatch(product));

const workflow = () => product.client.workflow.getHandle(toLinkWorkflowId(linkId));
const change = (kind: 'changeContact' | 'unlink') =>
  product.store.links.requestChange(linkId, {
    ...{ kind, crmContactId: kind === 'unlink' ? null : second, entries: 'keep', remember: false },
    operationId: newId(),
  });

/** Paused by a person; the change is saved, and no update reaches the workflow. */
async function saveOnPaused(kind: 'changeContact' | 'unlink'): Promise<void> {
  await product.store.links.setRhythm(linkId, 'paused', ['rounds']);
  await workflow().signal(pauseSignal);
  await eventually('the pause', async () => (await workflow().query(statusQuery)).rhythm === 'paused');
  expect(await change(kind)).not.toBeNull();
}

async function sweepUntilCarriedOut(): Promise<void> {
  await startWatch(product);
  await sweepOnce(product);
  await eventually('the change', async () => (await product.store.links.load(linkId))?.change === null);
}

test('a change saved on a paused link of which nobody told its workflow is carried out by the sweep; it stays paused', async () => {
  await saveOnPaused('changeContact');
  await sweepUntilCarriedOut();
  expect(await product.store.links.load(linkId)).toMatchObject({ crmContactId: second, rhythm: 'paused' });
});

test('the end saved on a paused link whose workflow is lost is carried out by the sweep', async () => {
  await saveOnPaused('unlink');
  await workflow().terminate();
  await sweepUntilCarriedOut();
  expect(await product.store.links.load(linkId)).toMatchObject({ state: 'unlinked' });
});
