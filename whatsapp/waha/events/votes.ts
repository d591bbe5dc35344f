import { z } from 'zod';
import type { Attendance } from '../../../domain/content/details';
import type { IncomingMessage } from '../../../domain/message';
import { parseMessageId } from '../../message-id';
import { noContent, readCarrier, readTarget, readTime, toName, type Surroundings } from '../../web/carrier';
import { short } from '../../web/details/cards';
import { messageId, readPayload, webMessage, type WebMessage } from '../../web/message';

const text = z.string().nullish();
const side = z.looseObject({
  id: messageId.nullish(),
  from: text,
  to: text,
  fromMe: z.boolean().nullish(),
});

const wahaVote = z.looseObject({
  vote: side.extend({
    selectedOptions: z.array(z.unknown()).max(100).nullish(),
    timestamp: z.union([z.number(), z.string()]).nullish(),
  }),
  poll: side,
  _data: z.unknown().optional(),
});

const isGroup = (jid: string | null | undefined): jid is string => Boolean(jid?.endsWith('@g.us'));

/** Where the vote was given: its id says it, or the group it went to, or the poll's. */
function chatOf({ vote, poll }: z.output<typeof wahaVote>): string | null {
  const own = parseMessageId(vote.id ?? '')?.chatJid ?? [vote.to, vote.from].find(isGroup);
  return own ?? parseMessageId(poll.id ?? '')?.chatJid ?? (vote.fromMe ? vote.to : vote.from) ?? null;
}

/** A vote, or one that WAHA could not decrypt: then nobody knows the choice. */
export function readVote(payload: unknown, around: Surroundings, isFailed: boolean): IncomingMessage {
  const given = readPayload(wahaVote, payload);
  const { vote, poll } = given;
  const stanzaId = readTarget(poll.id);
  const choices = (vote.selectedOptions ?? []).map((option) =>
    short(typeof option === 'string' ? option : null),
  );
  const chosen = choices.filter((choice) => choice !== null);
  const fromMe = vote.fromMe ?? parseMessageId(vote.id ?? '')?.fromMe ?? false;
  const chatJid = chatOf(given);
  const ownName = toName(stanzaId, vote.from ?? '', String(vote.timestamp), ...chosen);
  const id = {
    stanzaId: parseMessageId(vote.id ?? '')?.stanzaId ?? ownName,
    fromMe,
    chatJid,
    participantJid: parseMessageId(vote.id ?? '')?.participantJid ?? null,
  };
  const message: WebMessage = {
    ...{
      id: id.stanzaId,
      from: vote.from,
      to: vote.to,
      fromMe,
      timestamp: vote.timestamp,
      _data: given._data,
    },
    ...(isGroup(chatJid) ? { participant: vote.from } : {}),
  };
  const { ownId, ...carrier } = readCarrier(message, around, id);
  const sentAt = readTime(vote.timestamp, around);
  const content = {
    ...noContent,
    kind: 'poll' as const,
    ...(isFailed ? {} : { details: { choices: chosen } }),
  };
  // Every tap is a vote of its own, some engines give all of them one id.
  const changeId = `${ownId}:${sentAt.getTime()}:${toName(...chosen).slice(0, 8)}`;
  return { event: 'vote', stanzaId, changeId, ...carrier, ...content };
}

const wahaResponse = webMessage.extend({
  eventCreationKey: z.looseObject({ id: messageId.nullish() }),
  eventResponse: z.looseObject({ response: text, extraGuestCount: z.number().nullish() }).nullish(),
});

const answers: Record<string, Attendance['answer']> = {
  GOING: 'going',
  NOT_GOING: 'not going',
  MAYBE: 'maybe',
};

/** The answer to an event's invitation. */
export function readResponse(payload: unknown, around: Surroundings): IncomingMessage {
  const message = readPayload(wahaResponse, payload);
  const { ownId, ...carrier } = readCarrier(message, around);
  const stanzaId = readTarget(message.eventCreationKey.id);
  const { response, extraGuestCount } = message.eventResponse ?? {};
  const known = response && Object.hasOwn(answers, response) ? answers[response] : undefined;
  const guests =
    extraGuestCount && extraGuestCount > 0 ? { guests: Math.min(99, Math.round(extraGuestCount)) } : {};
  const details = known ? { details: { attendance: { answer: known, ...guests } } } : {};
  return {
    event: 'response',
    stanzaId,
    changeId: ownId,
    ...carrier,
    ...noContent,
    kind: 'event',
    ...details,
  };
}
