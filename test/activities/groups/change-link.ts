import type { LinkChange } from '../../../store/links/link-schema';
import { runActivity, type Delivery, type Linked } from '../../scenes/delivery';

/** A person asks for a change of a link, and it is carried out to its end. */
export async function changeLink(
  delivery: Delivery,
  { linkId }: Linked,
  wish: Pick<LinkChange, 'kind' | 'entries' | 'crmContactId'>,
): Promise<void> {
  const { store, portalId } = delivery;
  const process = delivery.createProcess();
  const { _id: operationId } = await store.operations.begin({ portalId, linkId, kind: 'unlink' });
  await store.links.requestChange(linkId, { ...wish, remember: false, operationId });
  for (;;) {
    const { finished, retryAfterMs } = await runActivity(process.changeLink, { linkId });
    if (finished) return;
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs ?? 50));
  }
}
