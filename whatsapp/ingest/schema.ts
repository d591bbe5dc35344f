import { z } from 'zod';
import {
  address,
  ingestMedia,
  ingestLocation,
  ingestSharedContact,
  ingestPoll,
  ingestInvitation,
  ingestOrder,
  ingestProduct,
  ingestCall,
  ingestGroup,
  ingestAttendance,
  ingestSystem,
  maxParticipants,
  short,
  text,
} from './content-schema';

/** The body of `POST /ingest/messages`, schema "1". Fields of newer clients are taken and mean nothing; the answer names them, so that a slip is seen. */

/** The most that one request may hold. */
const maxMessages = 200;
const maxIdentities = 2_000;
const maxChats = 500;

/** Ids of a Meta business portfolio are digits; a client may use names of its own. */
const portfolio = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,128}$/)
  .nullish()
  .meta({
    description:
      'The business portfolio of the BSUIDs in this request. Without it they count within this account only.',
  });

const ingestIdentity = z
  .object({
    lid: short,
    phone: short,
    username: short.meta({ description: 'Kept and shown; nobody is found or merged by it.' }),
    bsuid: short,
    name: short,
  })
  .meta({ description: 'The names of one person. A pair that becomes known here makes two people one.' });

const ingestParticipant = z.object({
  id: address,
  phone: short,
  username: short,
  bsuid: short,
  name: short,
  admin: z.boolean().nullish(),
});

const ingestChat = z.object({
  id: address,
  type: z.enum(['group', 'direct']).optional(),
  name: short,
  participants: z.array(ingestParticipant).max(maxParticipants).nullish(),
  labels: z.array(z.string().max(100)).max(50).nullish().meta({
    description:
      'The names of all labels of WhatsApp Business that the chat has; an empty list: none. Needed where the policy has `excludeLabels`: until they are said, messages of the chat wait.',
  }),
});

const messageTypes = [
  'text',
  'image',
  'video',
  'audio',
  'voice',
  'document',
  'sticker',
  'location',
  'contacts',
  'poll',
  'event',
  'order',
  'product',
  'invite',
  'reaction',
  'call',
  'system',
  'unsupported',
] as const;

export const ingestMessage = z.object({
  /** The bare stanza id, or the full `false_<chat>_<stanza>[_<participant>]`. */
  id: z.string().min(1).max(512),
  /** A JID; for a direct chat also E.164 with its plus, or a BSUID. */
  chatId: address,
  fromMe: z.boolean().optional(),
  sender: z.object({ id: short, phone: short, username: short, bsuid: short, name: short }).nullish(),
  /** Seconds or milliseconds since 1970. */
  timestamp: z.union([z.number(), z.string().max(32)]),
  type: z.enum(messageTypes).optional(),
  text,
  caption: text,
  media: ingestMedia.nullish(),
  location: ingestLocation.nullish(),
  contacts: z.array(ingestSharedContact).max(100).nullish(),
  poll: ingestPoll.nullish(),
  choices: z.array(z.string().max(512)).max(20).nullish().meta({
    description: 'Of a `vote`: the options chosen, none when it was taken back; absent when unknown.',
  }),
  invitation: ingestInvitation.nullish(),
  attendance: ingestAttendance.nullish().meta({ description: 'Of a `response` to an event.' }),
  order: ingestOrder.nullish(),
  product: ingestProduct.nullish(),
  groupInvite: short.meta({ description: 'The name of the group that somebody is invited to.' }),
  call: ingestCall.nullish(),
  group: ingestGroup.nullish(),
  system: ingestSystem.nullish(),
  replyTo: z
    .object({
      id: short,
      sender: short,
      text,
      type: z.enum(messageTypes).nullish(),
      story: z.boolean().nullish(),
    })
    .nullish(),
  mentions: z
    .array(address)
    .max(100)
    .nullish()
    .meta({ description: 'Those whom the text names as `@<digits>`, as JIDs.' }),
  forwarded: z.boolean().nullish(),
  viewOnce: z.boolean().nullish(),
  broadcast: z
    .boolean()
    .nullish()
    .meta({ description: 'Sent to a broadcast list; `chatId` is the person’s.' }),
  event: z.enum(['create', 'edit', 'revoke', 'reaction', 'vote', 'response']).optional(),
  targetId: short,
  reaction: z.string().max(64).nullish(),
  /** Taken and not kept. */
  raw: z.unknown().optional(),
});
export type IngestMessage = z.output<typeof ingestMessage>;

/** The whole body, for the API's documentation. */
export const ingestRequest = z.object({
  schema: z.literal('1').optional(),
  source: z.string().max(128).nullish(),
  account: z.object({ phone: short, lid: short, name: short, portfolio }).nullish(),
  identities: z.array(ingestIdentity).max(maxIdentities).nullish(),
  chats: z.array(ingestChat).max(maxChats).nullish(),
  messages: z.array(ingestMessage).max(maxMessages),
});

/** The body without its messages: each of those is parsed on its own, so that a bad one does not cost the good ones. */
export const ingestEnvelope = ingestRequest.extend({ messages: z.array(z.unknown()).max(maxMessages) });
export type IngestBody = z.output<typeof ingestEnvelope>;
