import type { IncomingMessage } from '../../domain/message';
import { collectAliases, findAlias, isAmong, readChatAddress } from '../people';
import { ignored } from '../refusal';
import { noContent } from '../web/carrier';
import { readPath, readText } from '../web/engine-data';
import { readMessageId } from '../web/participants';
import type { EvolutionSurroundings } from './surroundings';

const dayMs = 24 * 3_600_000;

/** When it rang: as Evolution says it, unless that is no time of the last day. */
function readDate(date: string | null, receivedAt: Date): Date {
  const at = Date.parse(date ?? '');
  return Math.abs(at - receivedAt.getTime()) < dayMs ? new Date(at) : receivedAt;
}

/** A call that began. Taken, refused or missed: what comes after it does not say so for certain. */
export function readCall(data: unknown, around: EvolutionSurroundings): IncomingMessage {
  if (readText(data, 'status') !== 'offer') throw ignored('what became of a call');
  const from = readText(data, 'from') ?? readText(data, 'chatId') ?? '';
  const { stanzaId } = readMessageId(readText(data, 'id') ?? '');
  const address = readChatAddress(from);
  if (readPath(data, 'isGroup') === true || address.kind === 'group') throw ignored('a call of a group');
  if (isAmong(address.alias, around.ownAliases)) throw ignored('a chat with ourselves');
  const found = [address.alias, findAlias(readText(data, 'callerPn')), findAlias(readText(data, 'chatId'))];
  const peer = { aliases: collectAliases(found, around.ownAliases), name: null };
  return {
    event: 'create',
    stanzaId,
    changeId: null,
    chat: { kind: 'direct', peer },
    fromMe: false,
    sender: peer,
    sentAt: readDate(readText(data, 'date'), around.receivedAt),
    ...noContent,
    kind: 'call',
    details: { call: { isVideo: readPath(data, 'isVideo') === true } },
  };
}
