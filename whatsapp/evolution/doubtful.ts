import { readPath, readText } from '../web/engine-data';
import { listDeliveries, nameOf } from './payload';

const mostDoubtful = 20;

/** Whether a deletion's key says where it was and who did it. */
function isWhole(key: unknown): boolean {
  const [chatJid, fromMe] = [readText(key, 'remoteJid'), readPath(key, 'fromMe')];
  if (chatJid === null || typeof fromMe !== 'boolean') return false;
  return fromMe || !chatJid.endsWith('@g.us') || readText(key, 'participant') !== null;
}

function findDoubtful(delivery: unknown): string | null {
  const [event, data] = [nameOf(delivery), readPath(delivery, 'data')];
  if (event === 'messages.edited' || event === 'send.message.update') return readText(data, 'key', 'id');
  const isDeletion =
    event === 'messages.delete' || (event === 'messages.update' && readText(data, 'status') === 'DELETED');
  if (!isDeletion) return null;
  const key = readPath(data, 'key') ?? data;
  return isWhole(key) ? null : (readText(data, 'keyId') ?? readText(key, 'id'));
}

/** The ids of messages that a body changes and does not say enough of: what Evolution says of them is needed to read it. */
export const listDoubtful = (payload: unknown): string[] => [
  ...new Set(
    listDeliveries(payload)
      .flatMap((one) => findDoubtful(one) ?? [])
      .slice(0, mostDoubtful),
  ),
];
