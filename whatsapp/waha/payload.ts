import { z } from 'zod';
import type { Surroundings } from '../web/carrier';
import { messageId, text, time, webMessage } from '../web/message';

export const wahaReaction = webMessage.extend({
  reaction: z.looseObject({ text: text, messageId: messageId.nullish() }),
});

export const wahaEdit = webMessage.extend({ editedMessageId: messageId.nullish() });
export type WahaEdit = z.output<typeof wahaEdit>;

export const wahaRevoke = z.looseObject({
  revokedMessageId: messageId.nullish(),
  after: webMessage.nullish(),
  before: webMessage.nullish(),
});

export const wahaEnvelope = z.looseObject({
  event: z.string(),
  engine: text.catch(null),
  timestamp: time,
  me: z.looseObject({ id: text, lid: text }).nullish(),
  payload: z.unknown().optional(),
});
export type WahaEnvelope = z.output<typeof wahaEnvelope>;

/** What surrounds a payload of WAHA's. */
export interface WahaSurroundings extends Surroundings {
  envelope: WahaEnvelope;
}
