import { log } from '@temporalio/activity';
import type { ReceiverDoc } from '../../store/webhooks/receivers';
import { forgetOld, takeTurn } from '../../webhooks/turn';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';

/** A sweep waits no longer than for this and one request. */
const turnMs = 2_000;

/** The guard of the API's own loop: webhooks go out while no API runs, too. What fails waits for the next turn and stops no sweep. */
export async function sendWebhooks({ store }: ActivityDeps): Promise<void> {
  const receivers = await store.receivers.list();
  if (receivers.length === 0) return;
  const takeOne = async (receiver: ReceiverDoc) => {
    try {
      await takeTurn(store, receiver, turnMs);
    } catch (error) {
      const { _id: receiverId } = receiver;
      log.warn('Webhooks of a receiver cannot be sent now', { receiverId, code: toTrouble(error).code });
    }
  };
  await Promise.all(receivers.map(takeOne));
  await forgetOld(store);
}
