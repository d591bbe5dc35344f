import { z } from 'zod';
import { timeField } from '../http/fields';

const placeSchema = z.object({
  latitude: z.number(),
  longitude: z.number(),
  name: z.string().optional(),
  address: z.string().optional(),
  isLive: z.boolean().optional().meta({ description: 'It moves: where it was when the message was sent.' }),
});

const contactSchema = z.object({ name: z.string().nullable(), phones: z.array(z.string()) });

const pollSchema = z.object({ question: z.string().nullable(), options: z.array(z.string()) });

const invitationSchema = z.object({
  name: z.string().nullable(),
  startsAt: timeField.optional(),
  endsAt: timeField.optional(),
  place: z.string().optional(),
  link: z.string().optional(),
  isCancelled: z.boolean().optional(),
});

const orderSchema = z.object({
  title: z.string().nullable(),
  itemCount: z.number().optional(),
  total: z.string().optional().meta({ example: '12.50 EUR' }),
  items: z.array(z.string()).optional(),
});

const productSchema = z.object({
  title: z.string().nullable(),
  description: z.string().optional(),
  price: z.string().optional().meta({ example: '12.50 EUR' }),
  link: z.string().optional(),
});

const callSchema = z.object({
  isVideo: z.boolean(),
  outcome: z.enum(['missed', 'declined', 'answered', 'failed']).optional(),
  durationMs: z.number().optional(),
});

const namedSchema = z.object({ key: z.string(), isUs: z.boolean().optional() });

const groupSchema = z.object({
  change: z.enum([
    ...(['created', 'joined', 'left', 'added', 'removed', 'promoted', 'demoted'] as const),
    ...(['subject', 'description', 'picture'] as const),
  ]),
  people: z.array(namedSchema).meta({ description: 'Whom it happened to, besides the speaker.' }),
  value: z.string().optional().meta({ description: 'The new name or description.' }),
});

/** What a message says besides its text. */
export const detailsSchema = z
  .object({
    durationMs: z.number(),
    place: placeSchema,
    contacts: z.array(contactSchema),
    poll: pollSchema,
    choices: z
      .array(z.string())
      .meta({ description: 'Of a vote: the options chosen, none when taken back.' }),
    invitation: invitationSchema,
    attendance: z.object({
      answer: z.enum(['going', 'not going', 'maybe']),
      guests: z.number().optional(),
    }),
    order: orderSchema,
    product: productSchema,
    groupInvite: z.string().meta({ description: 'The name of the group that somebody is invited to.' }),
    call: callSchema,
    group: groupSchema,
    reply: z.object({ isStory: z.boolean().optional(), kind: z.string().optional() }),
    ad: z.string().meta({ description: 'The title of the advertisement that was tapped.' }),
    mentions: z.array(namedSchema),
    viewOnce: z.boolean(),
    broadcast: z.boolean(),
  })
  .partial()
  .meta({ id: 'MessageDetails', description: 'What a message says besides its text, by its kind.' });
