import { z } from 'zod';
import type { IncomingMessage } from '../../../domain/message';
import { isAmong, readChatAddress } from '../../people';
import { ignored } from '../../refusal';
import { noContent, readTime } from '../../web/carrier';
import { readMessageId } from '../../web/participants';
import { readPayload } from '../../web/message';
import type { WahaSurroundings } from '../payload';

const wahaCall = z.looseObject({
  id: z.string(),
  from: z.string(),
  timestamp: z.union([z.number(), z.string()]).nullish(),
  isVideo: z.boolean().nullish().catch(null),
  isGroup: z.boolean().nullish().catch(null),
});

/** whatsapp-web.js tells a call by a message of its own as well, with its outcome. */
const enginesWithLog = new Set(['WEBJS', 'WPP']);

/** A call that began. Taken, refused or missed: nothing that comes after it says so in the same way. */
export function readCallEvent(payload: unknown, around: WahaSurroundings): IncomingMessage {
  if (enginesWithLog.has(around.envelope.engine?.toUpperCase() ?? ''))
    throw ignored('a call, told by a message of its own');
  const { id, from, timestamp, isVideo, isGroup } = readPayload(wahaCall, payload);
  const { stanzaId } = readMessageId(id);
  const address = readChatAddress(from);
  if (isGroup || address.kind === 'group') throw ignored('a call of a group');
  if (isAmong(address.alias, around.ownAliases)) throw ignored('a chat with ourselves');
  const peer = { aliases: [address.alias], name: null };
  return {
    event: 'create',
    stanzaId,
    changeId: null,
    chat: { kind: 'direct', peer },
    fromMe: false,
    sender: peer,
    sentAt: readTime(timestamp, around),
    ...noContent,
    kind: 'call',
    details: { call: { isVideo: isVideo ?? false } },
  };
}
