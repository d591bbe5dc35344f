import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../../store/connection';
import { pauseSignal } from '../../workflows/messages';
import { toLinkWorkflowId } from '../../domain/ids';
import { eventually, say, useProduct } from '../scenes/product';
import { linkedWith, linkOf, startWatch, sweepOnce } from '../scenes/watch';

const phone = '+491701234567';
const product = useProduct({ settings: { backupIntervalMs: 800 } }, 'test');

test.each(['changeContact', 'unlink'] as const)(
  'a saved %s of a paused link, of which nobody told its workflow, is carried out by the next sweep',
  async (kind) => {
    const first = product.portal.addContact({ name: 'First', phones: [phone] });
    const second = product.portal.addContact({ name: 'Second', phones: [] });
    await say(product, { id: 'A1', text: 'before' });
    await product.startWorker();
    await startWatch(product);
    const { _id } = await linkedWith(product, phone, first);
    await product.store.links.setRhythm(_id, 'paused', ['rounds', 'parked']);
    await product.client.workflow.getHandle(toLinkWorkflowId(_id)).signal(pauseSignal);
    // The round that the pause ended is over: the workflow rests.
    await sleep(1_000);
    const crmContactId = kind === 'unlink' ? null : second;
    const change = { kind, crmContactId, entries: 'keep', remember: false, operationId: newId() } as const;
    await product.store.links.requestChange(_id, change);
    await sweepOnce(product);
    const changed = await eventually('the change', async () => {
      const link = await linkOf(product, phone);
      return link?.change === null ? link : null;
    });
    expect(changed).toMatchObject(
      kind === 'unlink' ? { state: 'unlinked' } : { state: 'linked', rhythm: 'paused', crmContactId: second },
    );
  },
);
