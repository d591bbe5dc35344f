import { log } from '@temporalio/activity';
import type { ReceiverDoc } from '../../store/webhooks/receivers';
import { createPost } from '../../webhooks/post';
import { forgetOld, takeTurn } from '../../webhooks/turn';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';

/** A sweep waits no longer than for this and one request. */
const turnMs = 2_000;

/** The guard of the API's own loop: webhooks go out while no API runs, too. What fails waits for the next turn and stops no sweep. */
export async function sendWebhooks({ store, webhookHosts = [] }: ActivityDeps): Promise<void> {
  const receivers = await store.receivers.list();
  if (receivers.length === 0) return forgetOld(store);
  const sending = { store, post: createPost(webhookHosts) };
  const takeOne = async (receiver: ReceiverDoc) => {
    const { _id: receiverId } = receiver;
    try {
      const { isSetAside } = await takeTurn(sending, receiver, turnMs);
      if (isSetAside) log.error('A webhook failed for days and is set aside; start it again', { receiverId });
    } catch (error) {
      log.warn('Webhooks of a receiver cannot be sent now', { receiverId, code: toTrouble(error).code });
    }
  };
  await Promise.all(receivers.map(takeOne));
  await forgetOld(store);
}
